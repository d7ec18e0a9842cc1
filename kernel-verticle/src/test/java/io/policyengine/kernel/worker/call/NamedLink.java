package io.policyengine.kernel.worker.call;

import io.policyengine.core.chain.SegmentResult;
import io.policyengine.core.policy.ExchangeEnd;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.policy.ResponseOutcome;
import io.policyengine.core.worker.OpenSegment;
import io.policyengine.core.worker.RequestCall;
import io.policyengine.core.worker.ResponseCall;
import io.policyengine.core.worker.WorkerConnector;
import io.policyengine.core.worker.WorkerControl;
import io.policyengine.core.worker.WorkerLink;
import io.policyengine.kernel.worker.Replica;
import io.vertx.core.Future;
import java.util.List;

/** A replica of which only the address matters. */
record NamedLink(String address) implements WorkerConnector, WorkerLink {
    Replica replica(List<Replica> replicas) {
        return replicas.stream()
                .filter(it -> it.connector().equals(this))
                .findFirst()
                .orElseThrow();
    }

    @Override
    public Future<WorkerControl> connect(Runnable lost) {
        throw new UnsupportedOperationException();
    }

    @Override
    public WorkerLink link() {
        return this;
    }

    @Override
    public Future<Void> close() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Future<SegmentResult<RequestOutcome>> execute(RequestCall call) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Future<SegmentResult<ResponseOutcome>> execute(ResponseCall call) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Future<OpenSegment<RequestOutcome>> open(RequestCall call) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Future<OpenSegment<ResponseOutcome>> open(ResponseCall call) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void exchangeEnded(ExchangeEnd end) {
        throw new UnsupportedOperationException();
    }
}
