package io.policyengine.kernel.worker.call;

import io.policyengine.core.policy.Call;
import io.policyengine.core.worker.WorkerLink;
import io.policyengine.kernel.overload.CallKind;
import io.policyengine.kernel.overload.ReplicaLimit;
import io.policyengine.kernel.worker.WorkerChain;
import io.vertx.core.Future;

/**
 * A call to a worker, which may be sent to several replicas, one after another.
 *
 * @param opensBody whether chunks of a body follow the call
 * @param <T> the result
 */
record WorkerCall<T>(
        WorkerChain chain,
        ExchangeReplicas exchange,
        CallKind kind,
        boolean opensBody,
        Call call,
        Invocation<T> invocation) {

    /** The way in which a call is sent to a replica. */
    @FunctionalInterface
    interface Invocation<T> {
        /**
         * Sends the call.
         *
         * @param chunks the limit of chunks at the same replica
         */
        Future<T> send(WorkerLink link, ReplicaLimit chunks);
    }

    /** Returns a copy of this call, marked as having less than its promised time. */
    WorkerCall<T> cutShort() {
        return new WorkerCall<>(
                chain,
                exchange,
                kind,
                opensBody,
                call,
                (link, chunks) -> invocation.send(new CutShortLink(link), chunks));
    }
}
