package io.policyengine.core.worker;

import io.policyengine.core.chain.SegmentResult;
import io.policyengine.core.policy.ExchangeEnd;
import io.vertx.core.Future;

/**
 * Sends calls from one event loop to one replica of a worker. Futures complete on that event loop. The failure of a
 * whole call is a {@link WorkerException}; failures of single entries are part of the result.
 */
public interface WorkerLink {
    /** Runs the policies of a segment. */
    <O> Future<SegmentResult<O>> execute(SegmentCall<O> call);

    /**
     * Runs the policies of a segment on the headers of a message with a streamed body, and opens the policies' chunk
     * filters.
     */
    <O> Future<OpenSegment<O>> open(SegmentCall<O> call);

    /**
     * Reports the end of an exchange to the worker, if the exchange sent calls with {@code endFollows} over this link.
     * Running calls are cancelled first.
     */
    void exchangeEnded(ExchangeEnd end);
}
