package io.policyengine.core.chain;

import io.policyengine.core.instruction.ImmediateResponse;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The result of one worker's entries for a chunk of a body.
 *
 * @param data the output; null if the chunk passes unchanged
 * @param last whether the body ends after the output; the rest of the original body is then discarded
 * @param holding whether bytes are held back for a later result
 * @param failures failed entries, in order; an entry whose {@link OnFailure} continues the chain reads no further chunk
 * @param denial the policy's response to the client, or null
 * @param times the times of the entries that read the chunk, as far as known
 * @param isComplete whether the output ends a complete body: the chunk ended a complete body, and no entry ended it
 *     early or failed on it
 */
public record ChunkResult(
        @Nullable Buffer data,
        boolean last,
        boolean holding,
        List<Failure> failures,
        @Nullable Denial denial,
        List<Time> times,
        boolean isComplete) {
    /** Creates a result without times. If the body ends without a denial, it counts as complete. */
    public ChunkResult(
            @Nullable Buffer data, boolean last, boolean holding, List<Failure> failures, @Nullable Denial denial) {
        this(data, last, holding, failures, denial, List.of(), last && denial == null);
    }

    public ChunkResult with(List<Time> told) {
        return new ChunkResult(data, last, holding, failures, denial, told, isComplete);
    }

    /** Returns a copy whose body is not known to be complete. */
    public ChunkResult incomplete() {
        return new ChunkResult(data, last, holding, failures, denial, times, false);
    }

    /**
     * The time that an entry took for a chunk.
     *
     * @param entry index in the prepared chain
     */
    public record Time(int entry, long nanos) {}

    /**
     * An entry that failed on a chunk.
     *
     * @param entry index in the prepared chain
     */
    public record Failure(int entry, EntryFailure failure) {}

    /**
     * A policy's answer to the client.
     *
     * @param entry index in the prepared chain
     */
    public record Denial(int entry, ImmediateResponse response) {}
}
