package io.policyengine.core.policy;

import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A policy, bound to its parameters.
 *
 * <p>Called on several event loops, so implementations must be immutable and must never block. Returning a completed
 * future has no cost.
 */
public interface Policy extends AutoCloseable {
    /** Handles a request, with its complete body if the policy needs it. The default changes nothing. */
    default Future<RequestOutcome> onRequest(RequestContext request) {
        return RequestOutcome.unchanged();
    }

    /** Handles a response, with its complete body if the policy needs it. The default changes nothing. */
    default Future<ResponseOutcome> onResponse(ResponseContext response) {
        return ResponseOutcome.unchanged();
    }

    /**
     * Returns the filter of a streamed request body. Called with the same context after {@link #onRequest} has let the
     * request continue. The default does not read the body.
     */
    default ChunkFilter<? extends RequestChunkOutcome> requestChunks(RequestContext request) {
        return ChunkFilter.none();
    }

    /** Returns the filter of a streamed response body. Called with the same context after {@link #onResponse}. */
    default ChunkFilter<ChunkOutcome> responseChunks(ResponseContext response) {
        return ChunkFilter.none();
    }

    /**
     * Handles the trailers of a request. Called after {@link #onRequest}, and only if the entry declares {@link
     * Fact#READS_TRAILERS} and the request has trailers. The default changes nothing.
     */
    default Future<TrailersOutcome> onRequestTrailers(TrailersContext trailers) {
        return TrailersOutcome.unchanged();
    }

    /**
     * Handles the trailers of a response, after {@link #onResponse}. If the entry declares {@link
     * Fact#DOES_WITHOUT_RESPONSE_HEADERS} and Envoy omits the headers, {@link #onResponse} is not called and the
     * response is unknown.
     */
    default Future<TrailersOutcome> onResponseTrailers(TrailersContext trailers) {
        return TrailersOutcome.unchanged();
    }

    /**
     * Answers a question of an operator. Called on any event loop.
     *
     * @return any JSON; null if the policy does not support the kind of question
     */
    default Future<@Nullable JsonNode> ask(Question question) {
        return Future.succeededFuture();
    }

    /**
     * Handles the end of an exchange, if the descriptor requests it. Called once for every exchange, even if denied,
     * failed or aborted, on the event loop of {@link #onRequest} or {@link #onResponse}. Calls that are still running
     * are cancelled first, except shadow runs.
     */
    default void exchangeEnded(ExchangeEnd end) {}

    /**
     * The reason why a dependency of the policy is unhealthy, as a sentence for operators, or null if all are healthy.
     */
    default @Nullable String unhealthyBecause() {
        return null;
    }

    /** Releases the policy's resources. Called when the chain that contains the policy is released. */
    @Override
    default void close() {}
}
