package io.policyengine.core.worker;

import io.policyengine.core.chain.ChunkResult;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;

/**
 * Passes the chunks of a body through the chunk filters of a segment, in the replica that ran the segment on the
 * headers. Confined to one event loop. Ends with the last result, a failure, {@link #close}, or the cancellation of its
 * call.
 */
public interface ChunkStream {
    /**
     * Sends the next chunk, once the previous result has arrived. Fails with {@link WorkerException}.
     *
     * @param last whether the body ends with this chunk
     * @param deadlineNanos a time of the ticker; a later result is not used
     */
    Future<ChunkResult> send(Buffer data, boolean last, long deadlineNanos);

    /** The estimated bytes that this process holds until the next chunk; 0 if the replica is another process. */
    default long heldBytes() {
        return 0;
    }

    /** Ends the stream at any time, so that the worker releases its state. Idempotent. */
    void close();
}
