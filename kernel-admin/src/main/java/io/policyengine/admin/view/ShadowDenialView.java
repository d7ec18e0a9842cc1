package io.policyengine.admin.view;

import io.policyengine.core.instruction.DenialCodes;
import io.policyengine.core.params.Doc;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A denial by an entry in shadow mode, which had no effect. */
@Doc("A denial by an entry in shadow mode, which had no effect.")
public record ShadowDenialView(
        @Doc("The id of the request.") String requestId,
        @Doc("Time of the denial, ISO 8601.") String time,
        @Doc("The worker that ran the entry.") String worker,
        @Doc("Address of the worker's replica.") String replica,
        @Doc("Name of the route policy.") String route,
        @Doc("Name of the entry.") String entry,
        @Doc("The policy.") String policy,
        @Doc("`request` or `response`.") String phase,
        @Doc("The method.") String method,
        @Doc("The path without its query.") String path,
        @Doc("The address of the client; empty if unknown.") String client,

        @Doc("The status that the client would have received; 0 if the response would have been aborted.")
        int status,

        @Doc("The exact code, or null.") @Nullable String code,

        @Doc("The name of the rule that would deny, such as a limit of the entry, or null.") @Nullable
        String rule,

        @Doc("The reason; may be empty.") String reason) {
    /** Maximum characters of a worker's text in this view. */
    private static final int MAX_TEXT = 256;

    /** The denials by entries in shadow mode that were found. */
    @Doc("Denials by entries in shadow mode, newest first.")
    public record All(
            @Doc("The denials.") List<ShadowDenialView> denials,
            @Doc("Replicas that did not answer.") List<AnswersView.Unanswered> unanswered) {}

    /** Creates a view from a worker's answer. Values of an unexpected type are treated as absent. */
    public static ShadowDenialView of(AnswersView.Answer from, JsonNode told) {
        String code = text(told, "code");
        return new ShadowDenialView(
                text(told, "request_id"),
                text(told, "time"),
                from.worker(),
                from.replica(),
                from.route(),
                from.entry(),
                text(told, "policy"),
                text(told, "phase"),
                text(told, "method"),
                text(told, "path"),
                text(told, "client"),
                told.path("status").asInt(0),
                code.isEmpty() ? null : code,
                DenialCodes.legalRuleOrNull(text(told, "rule")),
                text(told, "reason"));
    }

    /** Returns the time of the denial in milliseconds since 1970; 0 if the worker's text is not a valid time. */
    public long millis() {
        try {
            return Instant.parse(time).toEpochMilli();
        } catch (DateTimeException | ArithmeticException notATime) {
            return 0;
        }
    }

    private static String text(JsonNode of, String name) {
        String text = of.path(name).asString("");
        return text.substring(0, Math.min(MAX_TEXT, text.length()));
    }
}
