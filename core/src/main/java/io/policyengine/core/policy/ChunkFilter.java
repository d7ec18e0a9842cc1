package io.policyengine.core.policy;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;

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

    /** The exchange needs the filter no more, however the body ended. Called once. */
    default void close() {}
}
