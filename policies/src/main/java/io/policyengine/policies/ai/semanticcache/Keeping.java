package io.policyengine.policies.ai.semanticcache;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.http.ResponseView;
import io.policyengine.core.instruction.AppendHeader;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.core.policy.ChunkFilter;
import io.policyengine.core.policy.ChunkOutcome;
import io.policyengine.core.policy.ExchangeEnd;
import io.policyengine.core.policy.ResponseContext;
import io.policyengine.core.policy.ResponseOutcome;
import io.policyengine.core.work.Stop;
import io.policyengine.policies.ai.semanticcache.answer.AnswerJudge;
import io.policyengine.policies.ai.semanticcache.entry.Entry;
import io.policyengine.policies.ai.semanticcache.entry.Keep;
import io.policyengine.policies.ai.semanticcache.question.Question;
import io.policyengine.policies.ai.semanticcache.vector.Embedding;
import io.policyengine.policies.format.json.JsonSize;
import io.policyengine.policies.traffic.shared.cachecontrol.Directives;
import io.policyengine.policies.traffic.shared.storedresponse.BodyCopy;
import io.policyengine.policies.traffic.shared.storedresponse.KeptAnswer;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The part on the response: copies the answer as it passes, and keeps it when the exchange is over and the client has got all of it. Nothing
 * that the client waits for waits for that.
 */
final class Keeping {
    private static final Logger LOG = LoggerFactory.getLogger(Keeping.class);

    /** The time for what is done after the end of an exchange. */
    private static final Duration AFTERWARDS = Duration.ofSeconds(30);

    private static final int OK = 200;

    private final SemanticCacheState state;

    Keeping(SemanticCacheState state) {
        this.state = state;
    }

    /** Marks the answer, and says of one that is not to be kept why. */
    Future<ResponseOutcome> decide(ResponseContext context) {
        String forward = context.metadata().text(Asking.STATUS);
        if (forward == null) {
            return ResponseOutcome.unchanged();
        }
        String detail = Objects.requireNonNullElse(context.metadata().text(Asking.DETAIL), "");
        Waiting waiting = state.exchanges().of(context.metadata());
        if (waiting != null) {
            detail = refusal(waiting, context.response(), context.request());
            Buffer body = context.response().body();
            if (!detail.isEmpty()) {
                close(state.exchanges().end(context.call().exchangeId()));
            } else if (body != null && body.length() <= state.maxBodyBytes()) {
                waiting.answered(answer(context.response(), body.copy()));
            }
        }
        return ResponseOutcome.proceed(
                List.of(new AppendHeader(CacheStatus.FIELD, CacheStatus.forwarded(forward, detail))));
    }

    /** The reason why an answer is not kept, as a token; empty if it may be. */
    private String refusal(Waiting waiting, ResponseView response, RequestView sent) {
        HeaderMap headers = response.headers();
        Question question = waiting.question();
        Directives directives = Directives.ofResponse(headers, List.of());
        if (response.status() != OK) {
            return "status";
        }
        if (!AnswerJudge.isFit(question.shape(), question.streams(), mediaType(headers))) {
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

    /** Of the fields only the type is kept: what else a provider says is about its own exchange. */
    private static Waiting.Answer answer(ResponseView response, Buffer body) {
        HeaderMap headers = response.headers();
        HeaderMap kept = HeaderMap.of("content-type", Objects.requireNonNullElse(headers.get("content-type"), ""));
        return new Waiting.Answer(new KeptAnswer(OK, kept, body), mediaType(headers));
    }

    /** Copies the body of an answer that may be kept. */
    ChunkFilter<ChunkOutcome> chunks(ResponseContext context) {
        Waiting waiting = state.exchanges().of(context.metadata());
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

    /** Keeps the answer of an exchange in which the client has got all of it. */
    void ended(ExchangeEnd end) {
        Waiting waiting = state.exchanges().end(end.exchangeId());
        if (waiting == null) {
            return;
        }
        Waiting.Answer answer = waiting.answer();
        boolean isGiven = !end.aborted() && end.deniedBy() == null && (end.status() == OK || end.status() == 0);
        if (answer == null || !isGiven) {
            waiting.close();
            return;
        }
        keep(waiting, answer).onComplete(_ -> waiting.close(), failure -> {
            waiting.close();
            if (!SemanticCacheState.isExpected(failure)) {
                LOG.atWarn().setCause(failure).log("an answer was not kept");
            }
        });
    }

    private Future<Boolean> keep(Waiting waiting, Waiting.Answer answer) {
        Call call = new Call(
                waiting.call().requestId(),
                waiting.call().exchangeId(),
                state.env().ticker().nanoTime() + AFTERWARDS.toNanos(),
                new Cancellation());
        return isWhole(call, waiting.question(), answer)
                .compose(whole -> whole
                        ? embedding(call, waiting).compose(vector -> keep(waiting, answer, vector))
                        : Future.succeededFuture(false));
    }

    private Future<Boolean> isWhole(Call call, Question question, Waiting.Answer answer) {
        byte[] body = answer.kept().body().getBytes();
        JsonSize size = JsonSize.of(body, true, () -> false);
        return size.isSmall()
                ? Future.succeededFuture(isWhole(question, answer, body, () -> false))
                : state.env().offLoop(call, size.work(), stop -> isWhole(question, answer, body, stop));
    }

    private static boolean isWhole(Question question, Waiting.Answer answer, byte[] body, Stop stop) {
        return AnswerJudge.isWhole(question.shape(), question.streams(), answer.mediaType(), body, stop);
    }

    private Future<Embedding> embedding(Call call, Waiting waiting) {
        Embedding known = waiting.embedding();
        return known == null ? state.embeddings().of(call, waiting.question().text()) : Future.succeededFuture(known);
    }

    private Future<Boolean> keep(Waiting waiting, Waiting.Answer answer, Embedding embedding) {
        Question question = waiting.question();
        SemanticCacheParams params = state.params();
        return state.store()
                .run(new Keep(
                        question.partition(),
                        new Entry(question.id(), embedding, answer.kept()),
                        Duration.ofSeconds(params.ttlS()),
                        params.maxEntries(),
                        state.maxPartitionBytes()));
    }

    private static void close(@Nullable Waiting waiting) {
        if (waiting != null) {
            waiting.close();
        }
    }
}
