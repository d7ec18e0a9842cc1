package io.policyengine.policies.ai.semanticcache;

import io.policyengine.core.policy.ChunkFilter;
import io.policyengine.core.policy.ChunkOutcome;
import io.policyengine.core.policy.PerExchange;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.policy.ResponseContext;
import io.policyengine.core.policy.ResponseOutcome;
import io.vertx.core.Future;

/**
 * Answers prompts from the store, and stores answers of models. Besides the store, it holds only two bounded states:
 * that of running exchanges, and the cached vectors of texts.
 */
final class SemanticCachePolicy implements Policy {
    private final SemanticCacheState state;
    private final PerExchange<PendingQuestion> waitings;
    private final CacheLookup cacheLookup;
    private final CacheFill cacheFill;

    SemanticCachePolicy(SemanticCacheState state) {
        this.state = state;
        CacheCommit cacheCommit = new CacheCommit(state);
        this.waitings = state.env().perExchange("questions", cacheCommit::ended);
        this.cacheLookup = new CacheLookup(state, waitings);
        this.cacheFill = new CacheFill(state, waitings);
    }

    @Override
    public Future<RequestOutcome> onRequest(RequestContext request) {
        return cacheLookup.decide(request);
    }

    @Override
    public Future<ResponseOutcome> onResponse(ResponseContext response) {
        return cacheFill.decide(response);
    }

    @Override
    public ChunkFilter<ChunkOutcome> responseChunks(ResponseContext response) {
        return cacheFill.chunks(response);
    }

    int underWay() {
        return waitings.size();
    }

    /** Returns the memory reserved for running exchanges, in bytes. */
    long taken() {
        return state.room().taken();
    }
}
