package io.policyengine.core.worker;

import io.policyengine.core.chain.ChunkResult;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;

/**
 * A body on its way through the chunk functions of a segment, in the replica that ran the segment on the headers. Belongs to one
 * event loop. Ends with the last result, with a failure, with {@link #close}, or with the cancellation of the call that opened it.
 */
public interface ChunkStream {
    /**
     * Sends the next chunk; only when the result of the one before has come. Fails with {@link WorkerException}.
     *
     * @param last whether the body ends with it
     * @param deadlineNanos when the result is of no use any more, on the ticker
     */
    Future<ChunkResult> send(Buffer data, boolean last, long deadlineNanos);

    /** Bytes of this process that wait for the next chunk, by estimate: none where the replica is another process. */
    default long heldBytes() {
        return 0;
    }

    /** Ends the stream; the worker releases its state. Idempotent, at any time. */
    void close();
}
