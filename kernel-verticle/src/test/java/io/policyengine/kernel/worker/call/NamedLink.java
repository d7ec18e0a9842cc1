package io.policyengine.kernel.worker.call;

import io.policyengine.core.chain.SegmentResult;
import io.policyengine.core.policy.ExchangeEnd;
import io.policyengine.core.worker.OpenSegment;
import io.policyengine.core.worker.SegmentCall;
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
    public <O> Future<SegmentResult<O>> execute(SegmentCall<O> call) {
        throw new UnsupportedOperationException();
    }

    @Override
    public <O> Future<OpenSegment<O>> open(SegmentCall<O> call) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void exchangeEnded(ExchangeEnd end) {
        throw new UnsupportedOperationException();
    }
}
