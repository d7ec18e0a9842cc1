package io.policyengine.app.explain;

import io.policyengine.core.config.EngineConfig;
import io.policyengine.core.config.Overrides;
import io.policyengine.core.params.Doc;
import io.policyengine.core.policy.Phase;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The predicted effect of another configuration on a recorded exchange. No policy runs, so the decision of a new or
 * changed entry and everything after it are unknown. An unchanged entry with unchanged input decides as recorded.
 */
@Doc("The predicted effect of another configuration on an exchange.")
record Prediction(
        @Doc("The id of the request.") String requestId,
        @Doc("The route policy that it had.") Chosen was,
        @Doc("The route policy that it would have.") Chosen wouldBe,
        @Doc("The request chain.") List<Step> request,
        @Doc("The response chain.") List<Step> response,

        @Doc("`same`, `different` or `unknown`.") String outcome,

        @Doc("The outcome, or the reason why it is unknown.")
        String explanation,

        @Doc("Other differences that may matter.") List<String> notes) {

    @Doc("A route policy, and how it is found.")
    record Chosen(
            @Doc("Name as written; null if no route policy matches.") @Nullable
            String routePolicy,

            @Doc("`exact`, `prefix`, `pattern`, `any` or `none`.")
            String matched) {}

    @Doc("An entry of a chain.")
    record Step(
            @Doc("Its name in the flow.") String name,
            @Doc("The policy.") String policy,
            @Doc("`same`, `changed`, `added` or `removed`.") String difference,

            @Doc("Its verdict in the record, or null.") @Nullable
            String recorded,

            @Doc("The predicted verdict, or `unknown`, or `gone`.")
            String predicted,

            @Doc("The reason.") String because) {}

    /**
     * Predicts the effect of a configuration on an exchange.
     *
     * @param exchange the kernel's record
     * @param before the configuration of the exchange, or null if unavailable
     * @param after the other configuration
     * @param now the time at which overrides are evaluated
     */
    static Prediction of(JsonNode exchange, @Nullable EngineConfig before, EngineConfig after, Instant now) {
        JsonNode chosen = exchange.path("chosen");
        String route = chosen.path("route").asString("");
        MatchedRoute had = before == null ? MatchedRoute.NONE : MatchedRoute.in(before, route);
        MatchedRoute has = MatchedRoute.in(after, route);
        List<String> notes = new ArrayList<>();
        if (before != null && !before.kernel().equals(after.kernel())) {
            notes.add(
                    "kernel.yaml differs: its rules for paths, requests and unknown routes, and its limits, are not tried");
        }
        if (!after.overrides().equals(before == null ? List.of() : before.overrides())) {
            notes.add("the overrides differ: those that are active now are applied");
        }
        ChainWalk walk = new ChainWalk(exchange, Overrides.at(now, after.overrides()), has, had, before != null);
        List<Step> request = walk.steps(Phase.REQUEST);
        List<Step> response = walk.steps(Phase.RESPONSE);
        Verdict verdict = verdict(exchange, had, has, before != null, walk);
        return new Prediction(
                exchange.path("request_id").asString(""),
                new Chosen(
                        textOrNull(chosen.path("route_policy")),
                        chosen.path("matched").asString("none")),
                new Chosen(has.name(), has.matched()),
                request,
                response,
                verdict.outcome(),
                verdict.explanation(),
                List.copyOf(notes));
    }

    private record Verdict(String outcome, String explanation) {}

    private static Verdict verdict(
            JsonNode exchange, MatchedRoute had, MatchedRoute has, boolean knowsBefore, ChainWalk walk) {
        if (!knowsBefore) {
            return new Verdict("unknown", "the exchange's configuration is not available");
        }
        if (has.isUnknown()) {
            return had.isUnknown()
                    ? new Verdict("same", "no route policy matches the route")
                    : new Verdict("different", "no route policy would match the route");
        }
        String code = exchange.path("end").path("code").asString("");
        if (walk.requestEndsOtherwise()) {
            return new Verdict(
                    "different",
                    walk.denier() == null
                            ? "no entry of the request chain would deny it: it would go to the upstream"
                            : "it would be denied by '" + walk.denier() + "'");
        }
        if (walk.unknown() != null) {
            return new Verdict("unknown", walk.unknown());
        }
        if (!code.isEmpty() && walk.denier() == null && !walk.hasRecordedFailure()) {
            return new Verdict(
                    "unknown",
                    "the engine itself ended the recorded exchange (" + code.toLowerCase(Locale.ROOT)
                            + "), for a reason that is not in its chain");
        }
        return walk.endsAsRecorded()
                ? new Verdict("same", "every entry that decided anything is unchanged and would get the same input")
                : new Verdict(
                        "different",
                        walk.denier() == null
                                ? "no entry would deny it"
                                : "it would be denied by '" + walk.denier() + "'");
    }

    private static @Nullable String textOrNull(JsonNode value) {
        return value.isString() ? value.stringValue() : null;
    }
}
