package io.policyengine.kernel.aggregate;

import io.policyengine.core.chain.ChunkResult;
import io.policyengine.core.chain.EntryFailure;
import io.policyengine.core.chain.OnFailure;
import io.policyengine.core.chain.TimedChunk;
import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.core.instruction.SendableResponse;
import io.policyengine.core.worker.WorkerException;
import io.policyengine.kernel.account.MemoryReservation;
import io.policyengine.kernel.metrics.CallStatus;
import io.policyengine.kernel.plan.PlannedEntry;
import io.policyengine.kernel.plan.Segment;
import io.policyengine.kernel.recorder.CallRecord;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.ObjLongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Sends a body, chunk by chunk, through the segments that read it. A segment is a group of entries that one worker call
 * runs. Each segment's output is the input of the next. Confined to one event loop. A worker that fails during a body
 * fails the exchange regardless of {@code on_failure}, because the bytes that the worker holds are lost.
 */
public final class BodyChunks {
    private static final Buffer NOTHING = Buffer.buffer();

    private final RunScope scope;
    private final Stage[] stages;
    private final ChunkMemory kept;
    private int stage;
    private Buffer data = NOTHING;
    private @Nullable ResultReservation results;

    private int received;
    private boolean unchanged;
    private boolean last;
    private boolean complete;
    private long deadline;
    private Consumer<BodyChunkResult> done = _ -> {};

    private static final class Stage {
        final OpenBody body;
        boolean holding;
        boolean over;
        /** True once an entry has failed on a chunk. */
        boolean hasFailed;

        Stage(OpenBody body) {
            this.body = body;
        }
    }

    BodyChunks(RunScope scope, List<OpenBody> bodies) {
        this.scope = scope;
        this.kept = new ChunkMemory(scope.account());
        this.stages = bodies.stream().map(Stage::new).toArray(Stage[]::new);
    }

    /**
     * Sends a chunk through the segments; called after the result of the previous chunk.
     *
     * @param end whether the body ends with this chunk
     * @param whole whether the body then is complete, that is, as long as its content-length
     * @param deadlineNanos time after which the result is useless, on the ticker
     * @param result called one time, possibly immediately, unless the exchange is cancelled first
     */
    public void send(Buffer chunk, boolean end, boolean whole, long deadlineNanos, Consumer<BodyChunkResult> result) {
        stage = 0;
        data = chunk;
        received = chunk.length();
        unchanged = true;
        last = end;
        complete = end && whole;
        deadline = deadlineNanos;
        done = result;
        advance();
    }

    /**
     * Reserves memory for the bytes that policies keep for later chunks. Called before the result of a chunk is sent to
     * Envoy.
     *
     * @param unanswered number of bytes of the current message that the chunk's result does not replace
     * @param passOn moves a number of reserved bytes from the current message to the given reservation
     * @return the failure that ends the body if the budget is exhausted, else null
     */
    public BodyChunkResult.@Nullable Failed keep(long unanswered, ObjLongConsumer<MemoryReservation> passOn) {
        long all = 0;
        Stage keeps = stages[0];
        for (Stage one : stages) {
            long bytes = one.over ? 0 : one.body.chunks().heldBytes();
            keeps = bytes > 0 ? one : keeps;
            all += bytes;
        }
        return kept.hold(all, unanswered, passOn) ? null : overloaded(keeps.body.segment(), ChunkMemory.NO_ROOM);
    }

    /**
     * Transfers to the caller the memory that the last result needs beyond that of the replaced chunk. Returns null if
     * the result needs none.
     */
    public @Nullable MemoryReservation handResults() {
        ResultReservation room = results;
        results = null;
        return room == null ? null : room.hand();
    }

    public boolean isHolding() {
        for (Stage one : stages) {
            if (one.holding && !one.over) {
                return true;
            }
        }
        return false;
    }

    private void advance() {
        while (stage < stages.length) {
            Stage next = stages[stage];
            if (next.over || (data.length() == 0 && !last)) {
                stage++;
                continue;
            }
            long now = scope.ticker().nanoTime();
            CallTime time = scope.timeOf(next.body.segment().worker(), deadline - now);
            Future<ChunkResult> answer =
                    next.body.chunks().send(new TimedChunk(data, last, complete, now + time.given(), time.isShort()));
            if (!answer.isComplete()) {
                answer.onComplete(_ -> resume(next, answer, now, time));
                return;
            }
            BodyChunkResult result = fold(next, answer, now, time);
            if (result != null) {
                tell(result);
                return;
            }
            stage++;
        }
        Buffer passed = data;
        // Released, since the next chunk may take long.
        data = NOTHING;
        tell(new BodyChunkResult.Passed(passed, unchanged, last));
    }

    /** Calls the waiting callback, and drops it so that the objects it references can be freed. */
    private void tell(BodyChunkResult result) {
        Consumer<BodyChunkResult> waiting = done;
        done = _ -> {};
        data = NOTHING;
        waiting.accept(result);
    }

    private void resume(Stage at, Future<ChunkResult> answer, long sent, CallTime time) {
        if (scope.cancellation().isCancelled()) {
            return;
        }
        scope.events().watched(() -> {
            BodyChunkResult result = fold(at, answer, sent, time);
            if (result == null) {
                stage++;
                advance();
            } else {
                tell(result);
            }
        });
    }

    /** Applies a segment's result. Returns the result that ends the body, or null if the chunk continues. */
    private @Nullable BodyChunkResult fold(Stage at, Future<ChunkResult> answer, long sent, CallTime time) {
        record(at.body.call(), answer, scope.ticker().nanoTime() - sent);
        BodyChunkResult end = folded(at, answer, time);
        if (end instanceof BodyChunkResult.Denied) {
            at.body.segment().meters().count(CallStatus.DENIED);
        } else if (end instanceof BodyChunkResult.Failed failed && answer.succeeded()) {
            at.body.segment().meters().count(CallStatus.ofEntry(failed.code()));
        }
        return end;
    }

    private static void record(CallRecord call, Future<ChunkResult> answer, long nanos) {
        ChunkResult result = answer.result();
        call.chunk(nanos, result != null && result.data() != null);
        if (result != null) {
            for (int i = 0; i < result.times().size(); i++) {
                ChunkResult.Time time = result.times().get(i);
                call.entry(time.entry()).chunk(time.nanos());
            }
        }
    }

    private @Nullable BodyChunkResult folded(Stage at, Future<ChunkResult> answer, CallTime time) {
        Segment segment = at.body.segment();
        if (answer.failed()) {
            WorkerException failure = time.judge(WorkerFailures.of(answer.cause()));
            ErrorCode code = WorkerFailures.codeOf(failure);
            segment.meters().count(CallStatus.of(failure));
            OnFailure action = segment.onlyShows() ? OnFailure.CONTINUE : OnFailure.DENY;
            at.body.call().failed(code, String.valueOf(failure.getMessage()), action);
            scope.events().workerFailed(segment, code, failure, action, BodyChunks::noProgress);
            if (segment.onlyShows()) {
                end(at);
                return null;
            }
            return new BodyChunkResult.Failed(code, segment.entries().getFirst().name());
        }
        ChunkResult result = answer.result();
        if (segment.onlyShows()) {
            // The segment only sees the chunk; its result is ignored.
            if (last || result.last()) {
                end(at);
            }
            return null;
        }
        for (ChunkResult.Failure failed : result.failures()) {
            at.hasFailed = true;
            BodyChunkResult end = entryFailed(at.body, failed, time);
            if (end != null) {
                return end;
            }
        }
        ChunkResult.Denial denial = result.denial();
        if (denial != null) {
            PlannedEntry entry = segment.entry(denial.entry());
            SendableResponse sendable = scope.rules().sendable(denial.response());
            String fault = sendable.fault();
            if (fault != null) {
                EntryFailure failure = new EntryFailure(ErrorCode.INVALID_RESPONSE, fault);
                return entryFailed(at.body, new ChunkResult.Failure(denial.entry(), failure), time);
            }
            if (!sendable.leftOut().isEmpty()) {
                scope.events().leftOut(segment.worker().name(), entry, sendable.leftOut());
            }
            ImmediateResponse response = sendable.response();
            if (!hasRoom(response)) {
                return overloaded(segment, ResultReservation.NONE);
            }
            at.body.call().entry(denial.entry()).denied(response);
            return new BodyChunkResult.Denied(response, entry.name());
        }
        Buffer changed = result.data();
        if (changed != null) {
            if (!hasRoom(changed.length(), 0)) {
                return overloaded(segment, ResultReservation.NONE);
            }
            data = changed;
            unchanged = false;
        }
        at.holding = result.holding();
        if (result.last()) {
            last = true;
            complete &= result.isComplete() && !at.hasFailed;
        }
        if (last) {
            end(at);
        }
        return null;
    }

    private boolean hasRoom(ImmediateResponse response) {
        return hasRoom(ResultReservation.bodyOf(List.of(), response), ResultReservation.fieldsOf(List.of(), response));
    }

    private boolean hasRoom(long body, long fields) {
        ResultReservation room = results == null ? new ResultReservation(scope.account(), received) : results;
        results = room;
        return room.take(body, fields);
    }

    private BodyChunkResult.Failed overloaded(Segment segment, EntryFailure why) {
        PlannedEntry entry = segment.entries().getFirst();
        scope.events().policyFailed(segment.worker().name(), entry, why, OnFailure.DENY, BodyChunks::noProgress);
        return new BodyChunkResult.Failed(ErrorCode.OVERLOADED, entry.name());
    }

    private @Nullable BodyChunkResult entryFailed(OpenBody body, ChunkResult.Failure failed, CallTime time) {
        Segment segment = body.segment();
        PlannedEntry entry = segment.entry(failed.entry());
        EntryFailure failure = time.judge(entry, failed.failure());
        ErrorCode code = failure.code();
        OnFailure action = entry.after(failure);
        body.call().entry(failed.entry()).failed(code, failure.message(), action);
        scope.events().policyFailed(segment.worker().name(), entry, failure, action, BodyChunks::noProgress);
        return switch (action) {
            case DENY -> new BodyChunkResult.Failed(code, entry.name());
            case CONTINUE -> {
                scope.partial(segment.worker().name(), code);
                yield null;
            }
            case SKIP_REMAINING -> {
                scope.partial(segment.worker().name(), code);
                yield skipFrom(stage + 1) ? null : new BodyChunkResult.Failed(code, entry.name());
            }
        };
    }

    /**
     * Skips the segments from {@code first} on. Returns false if one of them holds bytes, because skipping the segment
     * would lose them.
     */
    private boolean skipFrom(int first) {
        for (int i = first; i < stages.length; i++) {
            if (stages[i].holding) {
                return false;
            }
            end(stages[i]);
        }
        return true;
    }

    /**
     * Returns null: a failure during the body has no progress to log, because the whole chain has already run on the
     * headers.
     */
    private static @Nullable ChainProgress noProgress() {
        return null;
    }

    private static void end(Stage ended) {
        ended.over = true;
        ended.body.chunks().close();
    }
}
