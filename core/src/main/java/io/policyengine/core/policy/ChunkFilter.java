package io.policyengine.core.policy;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.function.LongSupplier;

/**
 * A policy's filter for a body that arrives chunk by chunk. Created for one body and called on its event loop, one
 * chunk after the other, so it may keep state. Chunk boundaries are arbitrary and must never change a result.
 *
 * <p>Headers are sent before the body. So a policy that changes bodies removes, in its header function, the fields that
 * describe their octets: {@link io.policyengine.core.instruction.SetBody#OUTDATED_FIELDS} except content-encoding.
 *
 * @param <O> {@link RequestChunkOutcome} for request bodies, {@link ChunkOutcome} for both
 */
public interface ChunkFilter<O extends RequestChunkOutcome> {
    /** Returns the filter of a policy that does not read this body. */
    static <O extends RequestChunkOutcome> ChunkFilter<O> none() {
        return NoFilter.instance();
    }

    /**
     * Decides about the next chunk. The following one waits until the future completes.
     *
     * @param chunk held-back bytes followed by the output of the previous filter; may be empty; not to be changed
     * @param last whether the body ends with it; exactly one chunk is the last, unless the exchange ends before
     */
    Future<O> onChunk(Buffer chunk, boolean last);

    /**
     * Estimates the memory in bytes that it keeps for later chunks, in addition to bytes held back by {@link
     * ChunkOutcome.Hold}. Called after each chunk, so it must be fast. The engine sums it over all bodies, and ends a
     * body that exceeds the budget.
     */
    default long heldBytes() {
        return 0;
    }

    /**
     * Returns a filter that reports its memory.
     *
     * @param bytes returns {@link #heldBytes}
     */
    static <O extends RequestChunkOutcome> ChunkFilter<O> holding(LongSupplier bytes, ChunkFilter<O> filter) {
        return new HoldingFilter<>(bytes, filter);
    }

    /** Releases the filter once the exchange no longer needs it, however the body ended. Called once. */
    default void close() {}
}
