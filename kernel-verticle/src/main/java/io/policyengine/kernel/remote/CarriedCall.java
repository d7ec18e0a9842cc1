package io.policyengine.kernel.remote;

import io.policyengine.core.worker.SegmentCall;
import io.policyengine.core.worker.WorkerException;
import io.policyengine.protocol.AnswerBatch;
import io.policyengine.protocol.CallBatch;

/** A call that a {@link ClientStream} carries: messages there and answers back until it is over. Confined to its event loop. */
abstract sealed class CarriedCall permits PendingCall, StreamedCall {
    private final long id;
    private final long awaitsEndOf;

    /** A call with a number that is unique on its link. */
    CarriedCall(long id, SegmentCall<?> call) {
        this.id = id;
        this.awaitsEndOf = call.endFollows() ? call.call().exchangeId() : 0;
    }

    /** The id, unique on its link. */
    final long id() {
        return id;
    }

    /** The exchange whose end must be reported on this link; 0 if no entry awaits it. */
    final long awaitsEndOf() {
        return awaitsEndOf;
    }

    /** True if no answer is wanted any more. */
    abstract boolean isOver();

    /** Puts what is to be sent next into a batch. */
    abstract void putInto(CallBatch.Writer batch);

    /** The stream has shown that it is served: the call will not have to be sent in another way. */
    void forgetEncoded() {}

    /** Takes the answer at which the batch stands. */
    abstract void answered(AnswerBatch answer);

    /** Fails the call, because no answer will come; no effect if it is over. */
    abstract void fail(WorkerException reason);
}
