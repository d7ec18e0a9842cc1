package io.policyengine.kernel.remote;

import io.policyengine.core.worker.SegmentCall;
import io.policyengine.core.worker.WorkerException;
import io.policyengine.protocol.AnswerBatch;
import io.policyengine.protocol.CallBatch;

/**
 * A call on a {@link ClientStream}: its messages and the worker's answers, until the call is over. Confined to its
 * event loop.
 */
abstract sealed class CarriedCall permits PendingCall, StreamedCall {
    private final long id;
    private final long awaitsEndOf;

    /** Creates a call with an id that is unique on its link. */
    CarriedCall(long id, SegmentCall<?> call) {
        this.id = id;
        this.awaitsEndOf = call.endFollows() ? call.call().exchangeId() : 0;
    }

    final long id() {
        return id;
    }

    /** Returns the id of the exchange whose end must be reported on this link; 0 if no entry awaits the end. */
    final long awaitsEndOf() {
        return awaitsEndOf;
    }

    abstract boolean isOver();

    abstract void putInto(CallBatch.Writer batch);

    /** Discards the encoded call. Once the worker serves the stream, the call never has to be sent in another way. */
    void forgetEncoded() {}

    abstract void answered(AnswerBatch answer);

    /** Fails the call because no answer will arrive; does nothing if the call is over. */
    abstract void fail(WorkerException reason);
}
