package io.policyengine.core.chain;

import io.policyengine.core.instruction.ImmediateResponse;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The outcome of a chunk of a body in a segment.
 *
 * @param data what goes on; null if that is the chunk as it came
 * @param last whether the body ends with it, whatever else comes
 * @param holding whether bytes are held back, which come with a later result
 * @param failures entries that failed, in order; those whose {@link OnFailure} lets the chain go on look at no further chunk
 * @param denial how a policy answers the client, or null
 * @param times of the entries that looked at the chunk, as far as they are told
 */
public record ChunkResult(
        @Nullable Buffer data,
        boolean last,
        boolean holding,
        List<Failure> failures,
        @Nullable Denial denial,
        List<Time> times) {
    /** One without times. */
    public ChunkResult(
            @Nullable Buffer data, boolean last, boolean holding, List<Failure> failures, @Nullable Denial denial) {
        this(data, last, holding, failures, denial, List.of());
    }

    /** The same, with these times. */
    public ChunkResult with(List<Time> told) {
        return new ChunkResult(data, last, holding, failures, denial, told);
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
