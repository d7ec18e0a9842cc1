package io.policyengine.core.worker;

import io.policyengine.core.chain.SegmentResult;
import io.policyengine.core.policy.ExchangeEnd;
import io.vertx.core.Future;

/**
 * The link of one event loop to one replica of a worker. Its futures complete on that event loop. A failure of the
 * whole call is a {@link WorkerException}; failures of single entries are part of the result.
 */
public interface WorkerLink {
    /** Runs the policies of a segment. */
    <O> Future<SegmentResult<O>> execute(SegmentCall<O> call);

    /** Runs the policies of a segment on the headers of a streaming body, and opens their chunk filters. */
    <O> Future<OpenSegment<O>> open(SegmentCall<O> call);

    /**
     * Reports the end of the exchange: entries that await it are notified, if calls with {@code endFollows} used this
     * link. Running calls are cancelled before.
     */
    void exchangeEnded(ExchangeEnd end);
}
