package io.policyengine.policies.traffic.cache;

import io.policyengine.core.capacity.Capacity;
import io.policyengine.core.policy.ChunkFilter;
import io.policyengine.core.policy.ChunkOutcome;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.Question;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.policy.ResponseContext;
import io.policyengine.core.policy.ResponseOutcome;
import io.policyengine.policies.traffic.cache.entry.Purge;
import io.vertx.core.Future;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * Answers requests from stored responses, and stores the upstream's responses. Besides the store, the policy holds one
 * {@link Fetch} for each exchange. {@link Capacity} bounds the copies of bodies, and {@link Flights} the waiting
 * requests.
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

    /**
     * Handles the operator's command {@code purge}, which removes the stored responses of a path or a path prefix, or
     * all stored responses.
     */
    @Override
    public Future<@Nullable JsonNode> ask(Question question) {
        if (!question.about().equals("purge")) {
            return Future.succeededFuture();
        }
        return state.answers().purge(Purge.of(question.parameters())).map(CachePolicy::purgedUntil);
    }

    private static JsonNode purgedUntil(long micros) {
        Instant until = Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
        return JsonNodeFactory.instance.objectNode().put("purged_until", until.toString());
    }
}
