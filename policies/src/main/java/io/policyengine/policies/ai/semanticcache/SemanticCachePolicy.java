package io.policyengine.policies.ai.semanticcache;

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
 * Answers prompts from the store, and keeps what models answer. What it holds beyond the store ends with its exchange ({@link Exchanges}), and
 * has a room in which it is counted; vectors are held by a lookup with bounds of its own.
 */
final class SemanticCachePolicy implements Policy {
    private final SemanticCacheState state;
    private final Asking asking;
    private final Keeping keeping;

    SemanticCachePolicy(SemanticCacheState state) {
        this.state = state;
        this.asking = new Asking(state);
        this.keeping = new Keeping(state);
    }

    @Override
    public Future<RequestOutcome> onRequest(RequestContext request) {
        return asking.decide(request);
    }

    @Override
    public Future<ResponseOutcome> onResponse(ResponseContext response) {
        return keeping.decide(response);
    }

    @Override
    public ChunkFilter<ChunkOutcome> responseChunks(ResponseContext response) {
        return keeping.chunks(response);
    }

    @Override
    public void exchangeEnded(ExchangeEnd end) {
        keeping.ended(end);
    }

    /** The number of questions whose answers are awaited. */
    int underWay() {
        return state.exchanges().size();
    }

    /** Bytes that are on their way or held for an exchange. */
    long taken() {
        return state.room().taken();
    }
}
