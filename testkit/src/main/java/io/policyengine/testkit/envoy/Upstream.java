package io.policyengine.testkit.envoy;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.function.Function;

/** The service to which the simulated Envoy forwards requests. */
@FunctionalInterface
public interface Upstream {
    /**
     * Returns the response to a request that reached the upstream. A failed future simulates a broken connection (503).
     */
    Future<SimResponse> respond(SimRequest request);

    /** Returns whether the upstream answers as soon as it has the headers, before the body. */
    default boolean repliesEarly() {
        return false;
    }

    /** Returns an upstream that answers every request with this response. */
    static Upstream replying(SimResponse response) {
        return request -> Future.succeededFuture(response);
    }

    /** Returns an upstream that answers every request with this status and body. */
    static Upstream replying(int status, String... chunks) {
        return replying(SimResponse.of(status, chunks));
    }

    /** Returns an upstream that answers with the function's result. */
    static Upstream of(Function<SimRequest, SimResponse> function) {
        return request -> Future.succeededFuture(function.apply(request));
    }

    /** Returns an upstream that never answers. */
    static Upstream silent() {
        return request -> Promise.<SimResponse>promise().future();
    }

    /** Returns an upstream that answers as soon as it has the headers, before the body. */
    static Upstream early(SimResponse response) {
        return new Upstream() {
            @Override
            public Future<SimResponse> respond(SimRequest request) {
                return Future.succeededFuture(response);
            }

            @Override
            public boolean repliesEarly() {
                return true;
            }
        };
    }
}
