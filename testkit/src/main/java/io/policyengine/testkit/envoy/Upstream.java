package io.policyengine.testkit.envoy;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.function.Function;

/** The service behind Envoy. */
@FunctionalInterface
public interface Upstream {
    /** The response to the request as it reached the upstream; a failed future stands for a connection that broke (503). */
    Future<SimResponse> respond(SimRequest request);

    /** True if it answers as soon as the headers are there, without the body. */
    default boolean repliesEarly() {
        return false;
    }

    /** Answers every request with this. */
    static Upstream replying(SimResponse response) {
        return request -> Future.succeededFuture(response);
    }

    /** Answers every request with this status and body. */
    static Upstream replying(int status, String... chunks) {
        return replying(SimResponse.of(status, chunks));
    }

    /** Returns an upstream that answers with the function's result. */
    static Upstream of(Function<SimRequest, SimResponse> function) {
        return request -> Future.succeededFuture(function.apply(request));
    }

    /** Never answers. */
    static Upstream silent() {
        return request -> Promise.<SimResponse>promise().future();
    }

    /** Answers when the request's headers are there, before its body. */
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
