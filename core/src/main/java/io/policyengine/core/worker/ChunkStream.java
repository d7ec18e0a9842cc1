package io.policyengine.core.worker;

import io.policyengine.core.chain.ChunkResult;
import io.policyengine.core.chain.TimedChunk;
import io.vertx.core.Future;

/**
 * Sends the chunks of a body through the chunk filters of a segment, in the replica that ran the segment on the
 * headers. Confined to one event loop. The stream ends with the last result, a failure, {@link #close}, or the
 * cancellation of the call.
 */
public interface ChunkStream {
    /** Sends the next chunk; the previous result must have arrived. Fails with {@link WorkerException}. */
    Future<ChunkResult> send(TimedChunk chunk);

    /**
     * The estimated bytes that the stream occupies in this process until the next chunk; 0 if the replica is another
     * process.
     */
    default long heldBytes() {
        return 0;
    }

    /** Ends the stream, so that the worker releases its state. May be called at any time. Idempotent. */
    void close();
}
