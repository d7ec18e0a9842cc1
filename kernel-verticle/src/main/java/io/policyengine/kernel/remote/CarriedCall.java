package io.policyengine.kernel.remote;

import io.policyengine.core.worker.SegmentCall;
import io.policyengine.core.worker.WorkerException;
import io.policyengine.protocol.AnswerBatch;
import io.policyengine.protocol.CallBatch;

/**
 * A worker call on a {@link ClientStream}: its messages and the worker's answers, until the call is over. Confined to
 * its event loop.
 */
abstract sealed class CarriedCall permits PendingCall, StreamedCall {
    private final long id;
    private final long awaitsEndOf;

    /** Creates a call. Its id is unique among the calls of one event loop to a replica. */
    CarriedCall(long id, SegmentCall<?> call) {
        this.id = id;
        this.awaitsEndOf = call.endFollows() ? call.call().exchangeId() : 0;
    }

    final long id() {
        return id;
    }

    /**
     * Returns the id of the exchange whose end must be reported to the worker; 0 if no entry of the call waits for the
     * end.
     */
    final long awaitsEndOf() {
        return awaitsEndOf;
    }

    abstract boolean isOver();

    abstract void putInto(CallBatch.Writer batch);

    /** Discards the encoded call. The worker serves the stream, so the call need not be sent again as a unary call. */
    void forgetEncoded() {}

    abstract void answered(AnswerBatch answer);

    /** Fails the call because no answer will arrive; does nothing if the call is over. */
    abstract void fail(WorkerException reason);
}
