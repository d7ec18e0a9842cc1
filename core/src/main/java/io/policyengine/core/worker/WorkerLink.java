package io.policyengine.core.worker;

import io.policyengine.core.chain.SegmentResult;
import io.policyengine.core.policy.ExchangeEnd;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.policy.ResponseOutcome;
import io.vertx.core.Future;

/**
 * The way of one event loop to one replica of a worker. Belongs to that event loop, on which its futures complete. Failures of
 * the call as a whole are {@link WorkerException}; failures of single entries are part of the result.
 */
public interface WorkerLink {
    /** Runs request policies. */
    Future<SegmentResult<RequestOutcome>> execute(RequestCall call);

    /** Runs response policies. */
    Future<SegmentResult<ResponseOutcome>> execute(ResponseCall call);

    /** Runs request policies on the headers of a body that streams, and opens their chunk functions. */
    Future<OpenSegment<RequestOutcome>> open(RequestCall call);

    /** Runs response policies on the headers of a body that streams, and opens their chunk functions. */
    Future<OpenSegment<ResponseOutcome>> open(ResponseCall call);

    /**
     * The exchange is over: entries that want to know are told, if calls with {@code endFollows} went this way. Calls that were under
     * way are cancelled before.
     */
    void exchangeEnded(ExchangeEnd end);
}
