package io.policyengine.core.policy;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.function.LongSupplier;

/**
 * A policy's filter for a body that comes chunk by chunk. Made for one body of one exchange and called on its event loop, for
 * one chunk after the other, so it may keep state. Where the chunks are cut is chance: it must never change a result.
 *
 * <p>Headers go on before the body. So a policy that changes bodies removes in its header function what describes their octets: {@link
 * io.policyengine.core.instruction.SetBody#OUTDATED_FIELDS}, but for content-encoding.
 *
 * @param <O> {@link RequestChunkOutcome} for request bodies, {@link ChunkOutcome} for both
 */
public interface ChunkFilter<O extends RequestChunkOutcome> {
    /** Of a policy that does not look at this body. */
    static <O extends RequestChunkOutcome> ChunkFilter<O> none() {
        return NoFilter.instance();
    }

    /**
     * Decides about the next chunk. The next one waits until the future completes.
     *
     * @param chunk what was held back, and the bytes that the filter before let go on; may be empty; not to be changed
     * @param last whether the body ends with it; exactly one chunk is the last, unless the exchange ends before
     */
    Future<O> onChunk(Buffer chunk, boolean last);

    /**
     * Bytes of memory that it keeps for the chunks to come, by estimate, beside those that it holds back by {@link ChunkOutcome.Hold}.
     * Asked after each chunk, so it has to be quick. The engine counts them together with those of all other bodies, and ends the body
     * where there is no room for them.
     */
    default long heldBytes() {
        return 0;
    }

    /**
     * The same filter, which keeps memory.
     *
     * @param bytes tells {@link #heldBytes}
     */
    static <O extends RequestChunkOutcome> ChunkFilter<O> holding(LongSupplier bytes, ChunkFilter<O> filter) {
        return new HoldingFilter<>(bytes, filter);
    }

    /** The exchange needs the filter no more, however the body ended. Called once. */
    default void close() {}
}
