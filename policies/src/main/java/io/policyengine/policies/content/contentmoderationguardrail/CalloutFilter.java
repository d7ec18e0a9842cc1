package io.policyengine.policies.content.contentmoderationguardrail;

import io.policyengine.core.policy.ChunkFilter;
import io.policyengine.core.policy.ChunkOutcome;
import io.policyengine.core.policy.RequestChunkOutcome;
import io.policyengine.policies.content.contentmoderationguardrail.callout.ModerationVerdict;
import io.policyengine.policies.content.shared.texts.BodyGuard;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Lets other servers judge a body that arrives in chunks. With {@code hold: window}, a chunk waits until all windows
 * that end in it are judged. With {@code hold: none}, chunks pass before their verdicts, and a finding ends the body at
 * the next chunk. A chunk that would raise the number of unjudged octets above {@link BodyGuard#MAX_HELD} waits for all
 * outstanding verdicts.
 *
 * @param <O> the outcome of a chunk, as in {@link ChunkFilter}
 */
final class CalloutFilter<O extends RequestChunkOutcome> implements ChunkFilter<O> {
    private final ModerationCalls moderationCalls;
    private final Moderation moderation;
    private final ChunkFilter<O> inner;
    private final boolean holds;
    private final Function<Throwable, Future<O>> failed;
    private final List<Guardrail.Callout> checks;
    private int held;

    /** The failure or denial that ends a body at its next chunk, with {@code hold: none}; null if there is none. */
    private @Nullable Throwable end;

    /** Number of octets that await verdicts, with {@code hold: none}. */
    private long waiting;

    private Future<Void> underWay = Future.succeededFuture();

    /**
     * Creates a filter for one body, before its first byte.
     *
     * @param inner applies the verdicts
     * @param failed returns the outcome if a verdict is missing, or if octets that have passed are denied ({@link
     *     DeniedException})
     */
    CalloutFilter(
            ModerationCalls moderationCalls,
            Guardrail guardrail,
            Moderation moderation,
            ChunkFilter<O> inner,
            Function<Throwable, Future<O>> failed) {
        this.moderationCalls = moderationCalls;
        this.moderation = moderation;
        this.inner = inner;
        this.holds = guardrail.hold() != ContentModerationGuardrailParams.Hold.NONE;
        this.failed = failed;
        this.checks = guardrail.asked();
    }

    /** Reports that a server denies a body of which a part has passed. Expected, so it has no stack trace. */
    static final class DeniedException extends Exception {
        private static final long serialVersionUID = 1L;

        DeniedException() {
            super("denied", null, false, false);
        }
    }

    @Override
    public Future<O> onChunk(Buffer chunk, boolean last) {
        byte[] fresh = chunk.getBytes(held, chunk.length());
        if (holds) {
            return moderationCalls
                    .ask(fresh, last)
                    .transform(asked -> asked.succeeded() ? judged(asked.result(), chunk, last) : end(asked.cause()));
        }
        if (end != null) {
            return end(end);
        }
        boolean isFull = waiting > 0 && waiting + fresh.length > BodyGuard.MAX_HELD;
        waiting += fresh.length;
        underWay = underWay.compose(_ -> moderationCalls.ask(fresh, last))
                .onComplete(_ -> waiting -= fresh.length)
                .onSuccess(this::note)
                .onFailure(failure -> end = failure)
                .mapEmpty();
        return isFull ? underWay.transform(_ -> afterWaiting(chunk, last)) : inner(chunk, last);
    }

    private Future<O> afterWaiting(Buffer chunk, boolean last) {
        return end == null ? inner(chunk, last) : end(end);
    }

    private Future<O> judged(List<List<ModerationVerdict>> verdicts, Buffer chunk, boolean last) {
        for (int i = 0; i < verdicts.size(); i++) {
            moderation.judged(i, verdicts.get(i));
        }
        return inner(chunk, last);
    }

    private Future<O> inner(Buffer chunk, boolean last) {
        return inner.onChunk(chunk, last)
                .onSuccess(outcome -> held =
                        outcome instanceof ChunkOutcome.Hold hold ? hold.held().length() : 0);
    }

    private Future<O> end(Throwable cause) {
        return failed.apply(cause);
    }

    private void note(List<List<ModerationVerdict>> verdicts) {
        for (int i = 0; i < verdicts.size(); i++) {
            Guardrail.Callout check = checks.get(i);
            for (ModerationVerdict verdict : verdicts.get(i)) {
                if (verdict.found()) {
                    moderation.found(check.name(), check.action());
                    end = new DeniedException();
                }
            }
        }
    }

    /**
     * Returns the estimated bytes of memory held. With {@code hold: none}, counts the octets that await verdicts, since
     * {@link ModerationCalls} cannot be measured while it reads octets.
     */
    @Override
    public long heldBytes() {
        return inner.heldBytes() + (holds ? moderationCalls.heldBytes() : waiting);
    }

    @Override
    public void close() {
        inner.close();
    }
}
