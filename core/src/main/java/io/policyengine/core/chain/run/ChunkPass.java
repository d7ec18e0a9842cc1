package io.policyengine.core.chain.run;

import io.policyengine.core.chain.ChunkResult;
import io.policyengine.core.chain.EntryFailure;
import io.policyengine.core.chain.TimedChunk;
import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.error.PolicyException;
import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.core.instruction.SendableResponse;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.core.policy.ChunkOutcome;
import io.policyengine.core.policy.RequestChunkOutcome;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The run of one chunk of a body through the filters. */
final class ChunkPass extends EntryRun<ChunkResult> {
    private final ChunkRun body;
    private final List<ChunkStage> stages;
    private final List<ChunkResult.Failure> failures = new ArrayList<>(0);
    private final List<ChunkResult.Time> times = new ArrayList<>(1);
    private int next;

    /** The output of the filters so far. While a filter runs, this is the filter's input. */
    private Buffer data;

    private boolean last;
    private boolean complete;
    private boolean changed;
    private boolean broken;
    private ChunkResult.@Nullable Denial denial;

    ChunkPass(ChainLoop loop, Call call, TimedChunk chunk, ChunkRun body, List<ChunkStage> stages) {
        super(loop, call, chunk.deadlineNanos(), chunk.isCutShort());
        this.body = body;
        this.stages = stages;
        this.data = chunk.data();
        this.last = chunk.last();
        this.complete = chunk.isComplete();
    }

    @Override
    @Nullable
    BoundEntry current() {
        // An empty chunk is skipped, unless it is the last: then filters release the bytes that they hold.
        if (data.length() == 0 && !last) {
            return null;
        }
        while (next < stages.size()) {
            ChunkStage stage = stages.get(next);
            if (stage.isClosed()) {
                // Its entry failed on an earlier chunk, and may have lost bytes or changed only a part of the body.
                complete = false;
            } else if (!stage.shows(data, last, complete)) {
                return stage.entry();
            }
            next++;
        }
        return null;
    }

    @Override
    boolean isResumed() {
        return false;
    }

    @Override
    @Nullable
    Future<?> invoke(BoundEntry entry) {
        ChunkStage stage = stages.get(next);
        changed |= stage.isHolding();
        data = stage.release(data);
        begin(entry, stage.cancellation().time());
        return stage.call(data, last, complete);
    }

    @Override
    Cancellation own() {
        return stages.get(next).cancellation();
    }

    @Override
    boolean take(BoundEntry entry, Object answer) {
        times.add(new ChunkResult.Time(stages.get(next).index(), nanos()));
        return switch (RequestChunkOutcome.class.cast(answer)) {
            case ChunkOutcome.Pass _ -> goOn(data);
            case ChunkOutcome.Replace(Buffer other) -> replace(other);
            case ChunkOutcome.Drop _ -> replace(Buffer.buffer());
            case ChunkOutcome.Hold(Buffer other, Buffer held) -> hold(other, held);
            case ChunkOutcome.End(Buffer other) -> {
                checkSize(other);
                last = true;
                complete = false;
                yield replace(other);
            }
            case RequestChunkOutcome.Respond(ImmediateResponse response) -> respond(entry, response);
        };
    }

    private boolean goOn(Buffer further) {
        stages.get(next).forgetUnheld();
        data = further;
        next++;
        return true;
    }

    private boolean replace(Buffer other) {
        checkSize(other);
        changed = true;
        return goOn(other);
    }

    /** Checks that the filter's output exceeds the filter's input by at most the maximum size of a body. */
    private void checkSize(Buffer other) {
        long limit = loop().limits().maxBodySize() + (long) data.length();
        if (other.length() > limit) {
            throw tooLarge(
                    "a filter turned a chunk into " + other.length() + " bytes; at most " + limit + " are allowed");
        }
    }

    private boolean hold(Buffer other, Buffer held) {
        if (last) {
            throw new PolicyException(ErrorCode.INVALID_INSTRUCTION, EntryFailures.HELD_LAST);
        }
        long limit = loop().limits().maxBodySize();
        if (held.length() > limit) {
            throw tooLarge(held.length() + " bytes are held back, at most " + limit + " are allowed");
        }
        stages.get(next).hold(held);
        return replace(other);
    }

    private static PolicyException tooLarge(String message) {
        return new PolicyException(ErrorCode.BODY_TOO_LARGE, message);
    }

    private boolean respond(BoundEntry entry, ImmediateResponse response) {
        if (!body.answersClient()) {
            throw new PolicyException(ErrorCode.INVALID_INSTRUCTION, EntryFailures.RESPOND_TO_RESPONSE);
        }
        SendableResponse sendable = PhaseSteps.sendable(response, loop().limits());
        if (!sendable.leftOut().isEmpty()) {
            entry.observer().leftOut(call(), sendable.leftOut());
        }
        EntryFailure unfit = PhaseSteps.checkResponse(sendable.response(), loop().limits());
        if (unfit != null) {
            return fail(entry, unfit, null);
        }
        denial = new ChunkResult.Denial(stages.get(next).index(), sendable.response());
        return false;
    }

    @Override
    boolean fail(BoundEntry entry, EntryFailure failure, @Nullable Throwable cause) {
        ChunkStage failed = stages.get(next);
        failures.add(new ChunkResult.Failure(failed.index(), failure));
        long nanos = nanos();
        if (times.isEmpty() || times.getLast().entry() != failed.index()) {
            times.add(new ChunkResult.Time(failed.index(), nanos));
        }
        entry.observer().failedOnChunk(call(), failure, nanos, cause);
        failed.close();
        complete = false;
        return switch (entry.after(failure)) {
            case DENY -> {
                broken = true;
                yield false;
            }
            case CONTINUE -> goOn(data);
            case SKIP_REMAINING -> {
                skipRemaining();
                yield false;
            }
        };
    }

    /** Emits the bytes that later filters hold back, followed by the chunk. */
    private void skipRemaining() {
        for (ChunkStage stage : stages.subList(next, stages.size())) {
            changed |= stage.isHolding();
            data = stage.release(data);
            stage.close();
        }
    }

    @Override
    ChunkResult end() {
        boolean over = last || broken || denial != null;
        boolean holding = !over && stages.stream().anyMatch(ChunkStage::isHolding);
        body.passed(over);
        return broken || denial != null
                ? new ChunkResult(
                        Buffer.buffer(), true, false, List.copyOf(failures), denial, List.copyOf(times), false)
                : new ChunkResult(
                        changed ? data : null,
                        last,
                        holding,
                        List.copyOf(failures),
                        null,
                        List.copyOf(times),
                        complete);
    }

    @Override
    void stopped() {
        body.close();
    }

    @Override
    void beforeWaiting() {
        // Cancellation of the call closes the run of the body, which stops this pass.
    }
}
