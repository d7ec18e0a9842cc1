package io.policyengine.core.chain.run;

import io.policyengine.core.chain.ChunkResult;
import io.policyengine.core.chain.EntryFailure;
import io.policyengine.core.chain.EntryResult;
import io.policyengine.core.chain.SegmentResult;
import io.policyengine.core.chain.TimedChunk;
import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.instruction.DenialCodes;
import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Cancellation;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A run of a shadow entry, whose outcome is only counted. The call does not wait for the run, and may end before the
 * run does. Chunks of a body are copied, and queued if the entry is slower than the body. Confined to one event loop.
 */
final class ShadowRun<C, O> implements BodyFollower {
    private final ChainLoop loop;
    private final PhaseSteps<C, O> steps;
    private final BoundEntry entry;
    private final ShadowObserver observer;
    private final Call call;
    private final ShadowDenial.Subject subject;
    private final Deque<Chunk> waiting = new ArrayDeque<>(0);
    /** Bytes of the queued and running chunks, or of the complete body that was gathered from them. */
    private long keptBytes;

    private int atWork;

    /** The run on the body's chunks; null while the headers are processed, or if the entry reads no body. */
    private @Nullable ChunkRun body;

    private ShadowOutcome outcome = ShadowOutcome.PASS;
    private @Nullable EntryFailure failure;
    private boolean denied;

    /** True once no further chunk will arrive. */
    private boolean closed;

    private boolean over;

    /**
     * Runs the entry with the complete body once all chunks have arrived; null if the entry does not need the complete
     * body or already has it.
     */
    private @Nullable Consumer<Buffer> onWhole;

    private record Chunk(Buffer data, boolean last, boolean isComplete) {}

    private ShadowRun(
            ChainLoop loop,
            PhaseSteps<C, O> steps,
            BoundEntry entry,
            ShadowObserver observer,
            Call call,
            ShadowDenial.Subject subject) {
        this.loop = loop;
        this.steps = steps;
        this.entry = entry;
        this.observer = observer;
        this.subject = subject;
        // The exchange may end before this run.
        this.call = new Call(
                call.requestId(),
                call.exchangeId(),
                loop.ticker().nanoTime() + entry.timeout().toNanos(),
                new Cancellation());
    }

    /**
     * Begins a run if a slot is free.
     *
     * @param begun called before the policy runs
     * @param opens whether the body is streamed
     * @return the run if it may read chunks of the body, otherwise null
     */
    static <C, O> @Nullable ShadowRun<C, O> start(
            ChainLoop loop,
            PhaseSteps<C, O> steps,
            BoundEntry entry,
            ShadowObserver observer,
            C context,
            IntConsumer begun,
            boolean opens) {
        Call call = steps.call(context);
        if (!loop.beginShadow()) {
            observer.counts(call, ShadowOutcome.OVERLOAD, null);
            return null;
        }
        if (!observer.begins()) {
            loop.endShadow();
            return null;
        }
        ShadowRun<C, O> shadow =
                new ShadowRun<>(loop, steps, entry, observer, call, ShadowDenial.Subject.of(steps.request(context)));
        if (opens && entry.bodyNeed() == BodyNeed.BUFFERED && steps.body(context) == null) {
            shadow.onWhole = whole -> shadow.run(steps.onBody(context, whole), begun, false);
        } else {
            shadow.run(context, begun, opens);
        }
        return shadow.over ? null : shadow;
    }

    private void run(C context, IntConsumer begun, boolean opens) {
        ChainRun<C, O> alone =
                new ChainRun<>(loop, steps, List.of(entry.alone()), 0, 1, steps.withCall(context, call), begun, opens);
        Future<SegmentResult<O>> result = alone.start();
        if (result.isComplete()) {
            decided(result, alone);
        } else {
            result.onComplete(_ -> decided(result, alone));
        }
    }

    private void decided(Future<SegmentResult<O>> result, ChainRun<C, O> alone) {
        loop.endShadow();
        if (result.failed()) {
            note(ShadowOutcome.TIMEOUT, null);
        } else {
            switch (result.result().entries().getFirst()) {
                case EntryResult.Failed<O>(EntryFailure failed) -> note(failed);
                case EntryResult.Completed<O>(O decision) -> decided(decision);
                case EntryResult.Skipped<O> _ -> {}
            }
        }
        body = alone.chunks();
        if (body == null) {
            end();
        } else {
            advance();
        }
    }

    private void decided(O decision) {
        ImmediateResponse denial = steps.denial(decision);
        if (denial == null) {
            note(outcomeOf(decision), null);
        } else {
            noteDenial(denial.status(), denial.code(), denial.rule(), denial.reason());
        }
    }

    private ShadowOutcome outcomeOf(O decision) {
        if (steps.denies(decision)) {
            return ShadowOutcome.DENY;
        }
        if (steps.ends(decision)) {
            return ShadowOutcome.SKIP;
        }
        return steps.instructions(decision).isEmpty() ? ShadowOutcome.PASS : ShadowOutcome.CHANGE;
    }

    @Override
    public void feed(Buffer chunk, boolean last, boolean isComplete) {
        if (over || closed) {
            return;
        }
        closed = last;
        if (onWhole != null) {
            gather(chunk, last);
            return;
        }
        boolean isTooMuch = !waiting.isEmpty()
                && keptBytes - atWork + chunk.length() > loop.limits().maxBodySize();
        if (isTooMuch || !loop.keepForShadow(chunk.length())) {
            note(ShadowOutcome.OVERLOAD, null);
            end();
            // The policy may not have decided about the message yet.
            call.cancellation().cancel();
            return;
        }
        keep(chunk, last, isComplete);
        advance();
    }

    private void gather(Buffer chunk, boolean last) {
        boolean isTooMuch = keptBytes + chunk.length() > loop.limits().maxBodySize();
        if (isTooMuch || !loop.keepForShadow(chunk.length())) {
            leaveOut();
            return;
        }
        keep(chunk, last, last);
        Consumer<Buffer> whole = onWhole;
        if (last && whole != null) {
            Buffer body = Buffer.buffer((int) keptBytes);
            waiting.forEach(kept -> body.appendBuffer(kept.data()));
            waiting.clear();
            onWhole = null;
            whole.accept(body);
        }
    }

    /**
     * Copies and keeps the chunk. {@link Buffer#copy} is not sufficient: for a read-only buffer, such as a view of a
     * message, it returns the same buffer.
     */
    private void keep(Buffer chunk, boolean last, boolean isComplete) {
        waiting.add(new Chunk(Buffer.buffer(chunk.getBytes()), last, isComplete));
        keptBytes += chunk.length();
    }

    private void release(long bytes) {
        keptBytes -= bytes;
        loop.releaseForShadow(bytes);
    }

    private void leaveOut() {
        onWhole = null;
        loop.endShadow();
        note(ShadowOutcome.NOT_RUN, null);
        end();
    }

    /** Reports that no further chunk follows. Chunks that have arrived are still processed. */
    @Override
    public void close() {
        closed = true;
        if (onWhole != null) {
            leaveOut();
        }
        advance();
    }

    private void advance() {
        ChunkRun taking = body;
        while (taking != null && !over && !taking.isRunning()) {
            Chunk next = waiting.poll();
            if (next == null) {
                if (closed) {
                    end();
                }
                return;
            }
            atWork = next.data().length();
            long until = loop.ticker().nanoTime() + entry.timeout().toNanos();
            Future<ChunkResult> result =
                    taking.run(new TimedChunk(next.data(), next.last(), next.isComplete(), until, false));
            if (result.isComplete()) {
                took(result);
            } else {
                result.onComplete(_ -> {
                    took(result);
                    advance();
                });
            }
        }
    }

    private void took(Future<ChunkResult> future) {
        if (over) {
            return;
        }
        release(atWork);
        atWork = 0;
        if (future.failed()) {
            note(ShadowOutcome.TIMEOUT, null);
            end();
            return;
        }
        ChunkResult result = future.result();
        result.failures().forEach(failed -> note(failed.failure()));
        ChunkResult.Denial denial = result.denial();
        if (denial != null) {
            ImmediateResponse response = denial.response();
            noteDenial(response.status(), response.code(), response.rule(), response.reason());
        } else if (result.data() != null) {
            note(ShadowOutcome.CHANGE, null);
        }
        if (result.last()) {
            end();
        }
    }

    private void noteDenial(int status, @Nullable String code, @Nullable String rule, String reason) {
        boolean isFirst = !denied;
        denied = true;
        note(ShadowOutcome.DENY, null);
        if (isFirst) {
            observer.denies(call, new ShadowDenial(subject, status, code, rule, reason));
        }
    }

    private void note(EntryFailure failed) {
        if (failed.isRefusal()) {
            // The message begins with the code, see Denial.breakingOff.
            int end = failed.message().indexOf(':');
            String code =
                    end < 0 ? null : DenialCodes.legalOrNull(failed.message().substring(0, end));
            noteDenial(0, code, null, failed.message());
            return;
        }
        boolean isLate = failed.code() == ErrorCode.POLICY_TIMEOUT || failed.code() == ErrorCode.DEADLINE_EXCEEDED;
        note(isLate ? ShadowOutcome.TIMEOUT : ShadowOutcome.ERROR, failed);
    }

    private void note(ShadowOutcome further, @Nullable EntryFailure why) {
        outcome = outcome.or(further);
        failure = failure == null ? why : failure;
    }

    private void end() {
        if (over) {
            return;
        }
        over = true;
        waiting.clear();
        release(keptBytes);
        if (body != null) {
            body.close();
        }
        observer.counts(call, outcome, failure);
        observer.ends();
    }
}
