package io.policyengine.policies.ai.semanticcache;

import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.core.policy.ExchangeEnd;
import io.policyengine.core.work.StopSignal;
import io.policyengine.policies.ai.semanticcache.answer.ReusableAnswers;
import io.policyengine.policies.ai.semanticcache.entry.Entry;
import io.policyengine.policies.ai.semanticcache.entry.StoreEntry;
import io.policyengine.policies.ai.semanticcache.question.ModelQuestion;
import io.policyengine.policies.ai.semanticcache.vector.Embedding;
import io.policyengine.policies.format.json.JsonSize;
import io.vertx.core.Future;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The work at the end of an exchange: stores the answer if the client has received all of it. No client waits for this
 * work.
 */
final class CacheCommit {
    private static final Logger LOG = LoggerFactory.getLogger(CacheCommit.class);

    /** The time limit for storing an answer after the end of its exchange. */
    private static final Duration AFTERWARDS = Duration.ofSeconds(30);

    private static final int OK = 200;

    private final SemanticCacheState state;

    CacheCommit(SemanticCacheState state) {
        this.state = state;
    }

    /** Ends a pending question, and stores its answer if the client has received all of it. */
    void ended(PendingQuestion waiting, @Nullable ExchangeEnd end) {
        PendingQuestion.Answer answer = waiting.answer();
        boolean isGiven =
                end != null && !end.aborted() && end.deniedBy() == null && (end.status() == OK || end.status() == 0);
        if (answer == null || !isGiven) {
            waiting.close();
            return;
        }
        keep(waiting, answer).onComplete(_ -> waiting.close(), failure -> {
            waiting.close();
            if (!SemanticCacheState.isExpected(failure)) {
                LOG.atWarn()
                        .setCause(failure)
                        .log(
                                "semanticCache: an answer could not be stored, so equivalent prompts still go to the upstream");
            }
        });
    }

    private Future<Boolean> keep(PendingQuestion waiting, PendingQuestion.Answer answer) {
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

    private Future<Boolean> isWhole(Call call, ModelQuestion question, PendingQuestion.Answer answer) {
        byte[] body = answer.kept().body().getBytes();
        JsonSize size = JsonSize.of(body, true, () -> false);
        return size.isSmall()
                ? Future.succeededFuture(isWhole(question, answer, body, () -> false))
                : state.env().offLoop(call, size.work(), stop -> isWhole(question, answer, body, stop));
    }

    private static boolean isWhole(
            ModelQuestion question, PendingQuestion.Answer answer, byte[] body, StopSignal stop) {
        return ReusableAnswers.isWhole(question.shape(), question.streams(), answer.mediaType(), body, stop);
    }

    private Future<Embedding> embedding(Call call, PendingQuestion waiting) {
        Embedding known = waiting.embedding();
        return known == null ? state.embeddings().of(call, waiting.question().text()) : Future.succeededFuture(known);
    }

    private Future<Boolean> keep(PendingQuestion waiting, PendingQuestion.Answer answer, Embedding embedding) {
        ModelQuestion question = waiting.question();
        SemanticCacheParams params = state.params();
        return state.store()
                .run(new StoreEntry(
                        question.partition(),
                        new Entry(question.id(), embedding, answer.kept()),
                        Duration.ofSeconds(params.ttlS()),
                        params.maxEntries(),
                        state.maxPartitionBytes()));
    }
}
