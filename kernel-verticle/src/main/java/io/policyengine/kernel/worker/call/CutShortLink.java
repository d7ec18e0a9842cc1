package io.policyengine.kernel.worker.call;

import io.policyengine.core.chain.SegmentResult;
import io.policyengine.core.policy.ExchangeEnd;
import io.policyengine.core.worker.OpenSegment;
import io.policyengine.core.worker.SegmentCall;
import io.policyengine.core.worker.WorkerLink;
import io.vertx.core.Future;

/** A link to a worker for calls that have less than their promised time. */
record CutShortLink(WorkerLink link) implements WorkerLink {
    @Override
    public <O> Future<SegmentResult<O>> execute(SegmentCall<O> call) {
        return link.execute(call.cutShort());
    }

    @Override
    public <O> Future<OpenSegment<O>> open(SegmentCall<O> call) {
        return link.open(call.cutShort());
    }

    @Override
    public void exchangeEnded(ExchangeEnd end) {
        link.exchangeEnded(end);
    }
}
