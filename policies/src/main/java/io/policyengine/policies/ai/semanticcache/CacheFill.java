package io.policyengine.policies.ai.semanticcache;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.http.ResponseView;
import io.policyengine.core.instruction.AppendHeader;
import io.policyengine.core.policy.ChunkFilter;
import io.policyengine.core.policy.ChunkOutcome;
import io.policyengine.core.policy.PerExchange;
import io.policyengine.core.policy.ResponseContext;
import io.policyengine.core.policy.ResponseOutcome;
import io.policyengine.policies.ai.semanticcache.answer.ReusableAnswers;
import io.policyengine.policies.ai.semanticcache.question.ModelQuestion;
import io.policyengine.policies.traffic.shared.cachecontrol.CacheDirectives;
import io.policyengine.policies.traffic.shared.storedresponse.BodyCopy;
import io.policyengine.policies.traffic.shared.storedresponse.KeptAnswer;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The response phase of {@code semanticCache}: adds Cache-Status, and copies responses that may be stored. */
final class CacheFill {
    private static final int OK = 200;

    private final SemanticCacheState state;
    private final PerExchange<PendingQuestion> waitings;

    CacheFill(SemanticCacheState state, PerExchange<PendingQuestion> waitings) {
        this.state = state;
        this.waitings = waitings;
    }

    /**
     * Returns the outcome for a response: it adds Cache-Status, which states the reason if the response is not stored.
     */
    Future<ResponseOutcome> decide(ResponseContext context) {
        String forward = context.metadata().text(CacheLookup.STATUS);
        if (forward == null) {
            return ResponseOutcome.unchanged();
        }
        String detail = Objects.requireNonNullElse(context.metadata().text(CacheLookup.DETAIL), "");
        PendingQuestion waiting = waitings.get(context.call());
        if (waiting != null) {
            detail = refusal(waiting, context.response(), context.request());
            Buffer body = context.response().body();
            if (!detail.isEmpty()) {
                close(waitings.take(context.call()));
            } else if (body != null
                    && body.length() <= state.maxBodyBytes()
                    && context.response().hasWholeBody()) {
                waiting.answered(answer(context.response(), body.copy()));
            }
        }
        return ResponseOutcome.proceed(
                List.of(new AppendHeader(SemanticCacheStatus.FIELD, SemanticCacheStatus.forwarded(forward, detail))));
    }

    /** Returns the reason why a response is not stored, as a token; empty if it may be stored. */
    private String refusal(PendingQuestion waiting, ResponseView response, RequestView sent) {
        HeaderMap headers = response.headers();
        ModelQuestion question = waiting.question();
        CacheDirectives directives = CacheDirectives.ofResponse(headers, List.of());
        if (response.status() != OK || headers.contains("content-range")) {
            return "status";
        }
        if (!ReusableAnswers.isFit(question.shape(), question.streams(), mediaType(headers))) {
            return "type";
        }
        if (directives.has("no-store") || (state.params().shared() && directives.has("private"))) {
            return "no-store";
        }
        if (headers.contains("set-cookie")) {
            return "set-cookie";
        }
        return waiting.isSame(sent) ? "" : "rewritten";
    }

    private static String mediaType(HeaderMap headers) {
        String type = Objects.requireNonNullElse(headers.get("content-type"), "");
        int semicolon = type.indexOf(';');
        return HeaderMap.lowerCase((semicolon < 0 ? type : type.substring(0, semicolon)).strip());
    }

    /**
     * Returns the answer to store. It includes the media type, but no other header fields, since these apply only to
     * this exchange.
     */
    private static PendingQuestion.Answer answer(ResponseView response, Buffer body) {
        HeaderMap headers = response.headers();
        HeaderMap kept = HeaderMap.of("content-type", Objects.requireNonNullElse(headers.get("content-type"), ""));
        return new PendingQuestion.Answer(new KeptAnswer(OK, kept, body), mediaType(headers));
    }

    /** Returns a filter that copies the body of a response that may be stored. */
    ChunkFilter<ChunkOutcome> chunks(ResponseContext context) {
        PendingQuestion waiting = waitings.get(context.call());
        if (waiting == null) {
            return ChunkFilter.none();
        }
        return new BodyCopy(state.maxBodyBytes(), state.room(), body -> {
            if (body != null) {
                waiting.answered(answer(context.response(), body));
            }
            return Future.succeededFuture();
        });
    }

    private static void close(@Nullable PendingQuestion waiting) {
        if (waiting != null) {
            waiting.close();
        }
    }
}
