package io.policyengine.kernel.remote;

import io.policyengine.core.worker.WorkerException;
import io.policyengine.protocol.AnswerBatch;
import io.policyengine.protocol.CallBatch;

/** A call that a {@link ClientStream} carries: messages there and answers back until it is over. Confined to its event loop. */
interface CarriedCall {
    /** Unique on a link. */
    long id();

    /** The exchange whose end is to be told where the call went; 0 if no entry wants to know. */
    long awaitsEndOf();

    /** Whether no answer is wanted any more. */
    boolean isOver();

    /** Puts what is to be sent next into a batch. */
    void putInto(CallBatch.Writer batch);

    /** The stream has shown that it is served: the call will not have to be sent in another way. */
    default void forgetEncoded() {}

    /** Takes the answer at which the batch stands. */
    void answered(AnswerBatch answer);

    /** No answer will come; does nothing if the call is over. */
    void fail(WorkerException reason);
}
