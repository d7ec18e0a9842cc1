package io.policyengine.protocol;

import io.policyengine.core.chain.ChunkResult;
import io.policyengine.core.worker.WorkerException;
import io.policyengine.core.worker.WorkerException.Kind;
import io.policyengine.proto.worker.v1.ChunkFailure;
import io.policyengine.proto.worker.v1.ChunkTime;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Encodes and decodes the results of chunks. The decoder does not trust the worker: a result is invalid as a whole if
 * it is unclear which bytes pass or which entry decided. It would not be enough to fail one entry, because later
 * entries did not see the chunk.
 */
final class ChunkCodec {
    /**
     * Maximum time of one entry that is accepted from a worker, in nanoseconds. A longer time is replaced by this
     * maximum.
     */
    private static final long MAX_NANOS = Duration.ofMinutes(15).toNanos();

    private ChunkCodec() {}

    static io.policyengine.proto.worker.v1.ChunkResult.Builder encode(ChunkResult result) {
        io.policyengine.proto.worker.v1.ChunkResult.Builder wire =
                io.policyengine.proto.worker.v1.ChunkResult.newBuilder()
                        .setEndOfStream(result.last())
                        .setHolding(result.holding())
                        .setComplete(result.isComplete());
        Buffer data = result.data();
        if (data == null) {
            wire.setUnchanged(true);
        } else {
            wire.setData(WireBytes.bytes(data));
        }
        for (ChunkResult.Failure failed : result.failures()) {
            wire.addFailures(ChunkFailure.newBuilder()
                    .setEntry(failed.entry())
                    .setFailure(ResultCodec.encode(failed.failure())));
        }
        ChunkResult.Denial denial = result.denial();
        if (denial != null) {
            wire.setImmediateResponse(InstructionCodec.encode(denial.response()))
                    .setImmediateResponseEntry(denial.entry());
        }
        for (ChunkResult.Time time : result.times()) {
            wire.addTimes(ChunkTime.newBuilder().setEntry(time.entry()).setNanos(time.nanos()));
        }
        return wire;
    }

    /**
     * Decodes the result of a chunk.
     *
     * @param entries the entries of the call
     * @param mayDeny whether a policy may respond to the client
     * @param last whether the chunk was the last one
     * @throws WorkerException of kind INVALID_ANSWER if the result is inconsistent
     */
    static ChunkResult decode(
            io.policyengine.proto.worker.v1.ChunkResult wire, EntryRange entries, boolean mayDeny, boolean last) {
        List<ChunkResult.Failure> failures = failures(wire, entries);
        if (wire.hasImmediateResponse()) {
            ChunkResult.Denial denial = denial(wire, entries, mayDeny);
            return new ChunkResult(Buffer.buffer(), true, false, failures, denial, times(wire, entries), false);
        }
        require(!wire.getUnchanged() || wire.getData().isEmpty(), "an unchanged chunk is returned with bytes");
        boolean ends = last || wire.getEndOfStream();
        require(!ends || !wire.getHolding(), "a body ends while bytes of it are held back");
        // A chunk that is the last one and unchanged ends no body early; older workers do not say so.
        boolean isComplete = wire.getComplete() || (last && wire.getUnchanged());
        return new ChunkResult(
                data(wire), ends, wire.getHolding(), failures, null, times(wire, entries), ends && isComplete);
    }

    /**
     * Returns the reported times, at most as many as the call has entries. Times of entries outside of the call are
     * ignored, not rejected, since times are only for information.
     */
    private static List<ChunkResult.Time> times(io.policyengine.proto.worker.v1.ChunkResult wire, EntryRange entries) {
        int count = Math.min(wire.getTimesCount(), entries.size());
        if (count == 0) {
            return List.of();
        }
        List<ChunkResult.Time> times = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            ChunkTime time = wire.getTimes(i);
            if (entries.contains(time.getEntry())) {
                times.add(new ChunkResult.Time(time.getEntry(), Math.clamp(time.getNanos(), 0, MAX_NANOS)));
            }
        }
        return List.copyOf(times);
    }

    private static @Nullable Buffer data(io.policyengine.proto.worker.v1.ChunkResult wire) {
        return wire.getUnchanged() ? null : WireBytes.buffer(wire.getData());
    }

    private static List<ChunkResult.Failure> failures(
            io.policyengine.proto.worker.v1.ChunkResult wire, EntryRange entries) {
        List<ChunkResult.Failure> failures = new ArrayList<>(wire.getFailuresCount());
        int before = -1;
        for (ChunkFailure failed : wire.getFailuresList()) {
            int entry = failed.getEntry();
            require(entries.contains(entry) && entry > before, "the failure of an entry that was not to run");
            failures.add(new ChunkResult.Failure(entry, ResultCodec.decode(failed.getFailure())));
            before = entry;
        }
        return List.copyOf(failures);
    }

    private static ChunkResult.Denial denial(
            io.policyengine.proto.worker.v1.ChunkResult wire, EntryRange entries, boolean mayDeny) {
        int entry = wire.getImmediateResponseEntry();
        require(mayDeny, "a policy answers the client at a chunk of a response");
        require(entries.contains(entry), "an entry that was not to run answers the client");
        require(
                !wire.getUnchanged() && wire.getData().isEmpty() && !wire.getHolding(),
                "a chunk is passed on although the client is answered");
        return new ChunkResult.Denial(entry, InstructionCodec.decode(wire.getImmediateResponse()));
    }

    private static void require(boolean sensible, String otherwise) {
        if (!sensible) {
            throw new WorkerException(Kind.INVALID_ANSWER, otherwise);
        }
    }
}
