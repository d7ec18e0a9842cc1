package io.policyengine.core.policy;

import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * An enforcement module, bound to its parameters.
 *
 * <p>Called on several event loops: implementations are immutable and never block. A completed future costs nothing.
 */
public interface Policy extends AutoCloseable {
    /** Runs on the request, with the complete body if requested. The default changes nothing. */
    default Future<RequestOutcome> onRequest(RequestContext request) {
        return RequestOutcome.unchanged();
    }

    /** Runs on the response, with the complete body if requested. The default changes nothing. */
    default Future<ResponseOutcome> onResponse(ResponseContext response) {
        return ResponseOutcome.unchanged();
    }

    /**
     * Returns the filter of a request body that streams. Called with the same context after {@link #onRequest} has let
     * the request continue; the default does not read the body.
     */
    default ChunkFilter<? extends RequestChunkOutcome> requestChunks(RequestContext request) {
        return ChunkFilter.none();
    }

    /** Returns the filter of a response body, after {@link #onResponse}. */
    default ChunkFilter<ChunkOutcome> responseChunks(ResponseContext response) {
        return ChunkFilter.none();
    }

    /**
     * Runs on the trailers of a request, if the entry declares {@link Fact#READS_TRAILERS} and its {@link #onRequest}
     * has run. Not called for requests without trailers. The default changes nothing.
     */
    default Future<TrailersOutcome> onRequestTrailers(TrailersContext trailers) {
        return TrailersOutcome.unchanged();
    }

    /**
     * Handles the trailers of a response, after {@link #onResponse}. If the entry declares {@link
     * Fact#DOES_WITHOUT_RESPONSE_HEADERS} and Envoy omits the headers, {@link #onResponse} was not called and the
     * response is unknown.
     */
    default Future<TrailersOutcome> onResponseTrailers(TrailersContext trailers) {
        return TrailersOutcome.unchanged();
    }

    /**
     * Answers an operator's question, on any event loop.
     *
     * @return any JSON; null if the policy does not know such questions
     */
    default Future<@Nullable JsonNode> ask(Question question) {
        return Future.succeededFuture();
    }

    /**
     * Handles the end of an exchange in which {@link #onRequest} or {@link #onResponse} was called, once, on the event
     * loop of those calls, if the descriptor requests it. Called for every end: answered, denied, failed or aborted.
     * Running calls are cancelled before, except shadow runs.
     */
    default void exchangeEnded(ExchangeEnd end) {}

    /** The reason why a dependency of the policy is unhealthy, as a sentence for users, or null. */
    default @Nullable String unhealthyBecause() {
        return null;
    }

    /** Releases the instance's resources, when its chain is released. */
    @Override
    default void close() {}
}
