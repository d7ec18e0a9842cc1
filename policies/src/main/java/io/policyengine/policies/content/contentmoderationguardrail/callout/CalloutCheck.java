package io.policyengine.policies.content.contentmoderationguardrail.callout;

import io.policyengine.core.callout.CalloutException;
import io.policyengine.core.callout.CalloutRequest;
import io.policyengine.core.callout.CalloutResponse;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Target;
import io.policyengine.policies.format.json.JsonFault;
import io.policyengine.policies.format.json.JsonTexts;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A check that a server performs. Each call sends at most {@link #MAX_PARTS} parts. The calls of an exchange are made
 * one after the other.
 *
 * @param path appended to the target's URL; null to use that URL unchanged
 * @param passesOnError true if content passes when the server gives no verdict
 */
public record CalloutCheck(Target target, @Nullable String path, ModerationProtocol protocol, boolean passesOnError) {
    /** Maximum number of text parts in one call to a moderation server. */
    static final int MAX_PARTS = 32;

    /** Maximum size of a moderation server's response, in bytes. */
    private static final int MAX_ANSWER = 256 << 10;

    /** The statuses with which a server refuses content (RFC 9110 §15.5, RFC 6585, RFC 7725). */
    private static final Set<Integer> OF_CONTENT = Set.of(400, 403, 413, 414, 415, 422, 431, 451);

    private static final int TOO_MANY_REQUESTS = 429;

    private static final HeaderMap FIELDS =
            HeaderMap.of("content-type", "application/json", "accept", "application/json");

    /**
     * Requests verdicts on parts of texts.
     *
     * @return the verdicts, in the order of the parts; fails with {@link CalloutException} on an error, unless the
     *     check passes content on errors
     */
    public Future<List<ModerationVerdict>> ask(
            Call call, ModerationProtocol.Subject subject, List<ModerationInput> parts) {
        Future<List<ModerationVerdict>> verdicts = Future.succeededFuture(new ArrayList<>(parts.size()));
        for (int from = 0; from < parts.size(); from += MAX_PARTS) {
            List<ModerationInput> some = parts.subList(from, Math.min(parts.size(), from + MAX_PARTS));
            verdicts = verdicts.compose(told -> askOnce(call, subject, some).map(more -> {
                told.addAll(more);
                return told;
            }));
        }
        return verdicts.map(List::copyOf);
    }

    private Future<List<ModerationVerdict>> askOnce(
            Call call, ModerationProtocol.Subject subject, List<ModerationInput> parts) {
        Buffer question = Buffer.buffer(protocol.question(subject, parts).toString());
        CalloutRequest request =
                CalloutRequest.post(path, FIELDS, question, MAX_ANSWER).repeatable();
        return target.send(call, request)
                .compose(answer -> verdicts(answer, parts))
                .recover(failure -> passesOnError && isOfServer(failure)
                        ? Future.succeededFuture(Collections.nCopies(parts.size(), ModerationVerdict.GOOD))
                        : Future.failedFuture(failure));
    }

    /**
     * Returns whether the moderation server caused a failure. The sender of a message may cause all other failures: by
     * content that the server refuses or repeats in an unreadable response, by a flood of requests, or by too many
     * parts.
     */
    private static boolean isOfServer(Throwable failure) {
        return failure instanceof CalloutException callout
                && !callout.isOfRequest()
                && switch (callout.kind()) {
                    case TIMEOUT, UNREACHABLE, BREAKER_OPEN, REFUSED -> true;
                    case DEADLINE_EXCEEDED, OVERLOADED, TOO_LARGE, MALFORMED, CANCELLED -> false;
                };
    }

    private Future<List<ModerationVerdict>> verdicts(CalloutResponse answer, List<ModerationInput> parts) {
        if (OF_CONTENT.contains(answer.status())) {
            return Future.failedFuture(CalloutException.ofRequest(
                    CalloutException.Kind.REFUSED,
                    target.name(),
                    "it refuses the content with status " + answer.status()));
        }
        if (answer.status() == TOO_MANY_REQUESTS) {
            return failed(CalloutException.Kind.OVERLOADED, "it answers with status 429");
        }
        if (!answer.isSuccess()) {
            return failed(CalloutException.Kind.REFUSED, "it answers with status " + answer.status());
        }
        try {
            return Future.succeededFuture(
                    protocol.verdicts(JsonTexts.read(answer.body().getBytes(), () -> false), parts));
        } catch (JsonFault fault) {
            return malformed("its answer is not JSON");
        } catch (ModerationProtocol.MalformedAnswerException fault) {
            return malformed("its answer: " + fault.getMessage());
        }
    }

    private Future<List<ModerationVerdict>> malformed(String why) {
        return Future.failedFuture(new CalloutException(CalloutException.Kind.MALFORMED, target.name(), why));
    }

    private Future<List<ModerationVerdict>> failed(CalloutException.Kind kind, String why) {
        return Future.failedFuture(new CalloutException(kind, target.name(), why));
    }
}
