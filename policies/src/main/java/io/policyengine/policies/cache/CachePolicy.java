package io.policyengine.policies.cache;

import io.policyengine.core.policy.ChunkFilter;
import io.policyengine.core.policy.ChunkOutcome;
import io.policyengine.core.policy.ExchangeEnd;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.policy.ResponseContext;
import io.policyengine.core.policy.ResponseOutcome;
import io.vertx.core.Future;

/**
 * Answers requests from stored answers, and stores those of the upstream. What it holds beyond the store ends with its exchange:
 * {@link Exchanges}; copies of bodies have a {@link Budget}; those who wait are counted in {@link Flights}.
 */
final class CachePolicy implements Policy {
    private final CacheState state;
    private final CacheRequests requests;
    private final CacheResponses responses;

    CachePolicy(CacheState state) {
        this.state = state;
        this.requests = new CacheRequests(state);
        this.responses = new CacheResponses(state);
    }

    @Override
    public Future<RequestOutcome> onRequest(RequestContext request) {
        return requests.decide(request);
    }

    @Override
    public Future<ResponseOutcome> onResponse(ResponseContext response) {
        return responses.decide(response);
    }

    @Override
    public ChunkFilter<ChunkOutcome> responseChunks(ResponseContext response) {
        return responses.chunks(response);
    }

    @Override
    public void exchangeEnded(ExchangeEnd end) {
        state.exchanges().end(end.exchangeId());
    }
}
