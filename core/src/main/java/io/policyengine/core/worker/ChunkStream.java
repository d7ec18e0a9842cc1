package io.policyengine.core.worker;

import io.policyengine.core.chain.ChunkResult;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;

/**
 * The stream of a body through a segment's chunk filters, in the replica that ran the segment on the headers. Belongs
 * to one event loop. Ends with the last result, a failure, {@link #close}, or cancellation of its call.
 */
public interface ChunkStream {
    /**
     * Sends the next chunk, once the previous result has arrived. Fails with {@link WorkerException}.
     *
     * @param last whether the body ends with it
     * @param deadlineNanos on the ticker; a later result is not used
     */
    Future<ChunkResult> send(Buffer data, boolean last, long deadlineNanos);

    /** The estimated bytes of this process held until the next chunk; 0 if the replica is another process. */
    default long heldBytes() {
        return 0;
    }

    /** Ends the stream; the worker releases its state. Idempotent, at any time. */
    void close();
}
