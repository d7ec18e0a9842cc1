package io.policyengine.core.policy;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.function.LongSupplier;

/**
 * A policy's filter for a body that arrives chunk by chunk. A filter is created for one body and called on that body's
 * event loop, one chunk after the other, so it may have mutable state. Chunk boundaries are arbitrary and must not
 * affect the result.
 *
 * <p>Headers are sent before the body. So a policy that changes bodies must remove the header fields that describe the
 * original bytes while it handles the headers: {@link io.policyengine.core.instruction.SetBody#OUTDATED_FIELDS} except
 * content-encoding.
 *
 * @param <O> {@link RequestChunkOutcome} for request bodies, {@link ChunkOutcome} for request and response bodies
 */
public interface ChunkFilter<O extends RequestChunkOutcome> {
    /** Returns the filter of a policy that does not read this body. */
    static <O extends RequestChunkOutcome> ChunkFilter<O> none() {
        return NoFilter.instance();
    }

    /**
     * Decides about the next chunk. The filter is not called with the following chunk until the future completes.
     *
     * @param chunk held-back bytes followed by the output of the previous filter; may be empty; must not be modified
     * @param last whether the body ends with this chunk. Exactly one chunk is the last, unless the exchange ends
     *     earlier
     */
    Future<O> onChunk(Buffer chunk, boolean last);

    /**
     * Reports that the body ends early: fewer bytes have come than its content-length says, or an entry has ended it
     * ({@link ChunkOutcome.End}). Called at most once, directly before the last chunk. A policy that keeps bodies for
     * later must not keep such a body. Also called if the engine does not know whether the body is complete, for
     * example after an entry failed on a chunk.
     */
    default void brokenOff() {}

    /**
     * Returns the estimated memory, in bytes, that the filter keeps for later chunks, in addition to bytes held back by
     * {@link ChunkOutcome.Hold}. Called after each chunk, so it must be fast. The engine sums this memory over all
     * bodies, and ends the body if the sum exceeds the budget.
     */
    default long heldBytes() {
        return 0;
    }

    /**
     * Returns a filter that delegates to another filter, but whose reported memory comes from a supplier.
     *
     * @param bytes returns the value for {@link #heldBytes}
     */
    static <O extends RequestChunkOutcome> ChunkFilter<O> holding(LongSupplier bytes, ChunkFilter<O> filter) {
        return new HoldingFilter<>(bytes, filter);
    }

    /** Releases the filter's resources. Called once, however the body ended. */
    default void close() {}
}
