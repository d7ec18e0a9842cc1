package io.policyengine.core.admin;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;

/** The additional paths of an {@link AdminServer}: a kernel's management API. */
public interface AdminRoutes {
    /** The path of the API's description, named in responses to unknown paths. */
    String description();

    /**
     * Prepares to answer requests, on the event loop of the admin server.
     * @param notHere answers requests for unknown paths
     * @return the handler of requests
     */
    Future<Handler<HttpServerRequest>> open(Vertx vertx, Handler<HttpServerRequest> notHere);

    /** Releases all resources, on the same event loop; also called if the routes were never opened. */
    default void close() {}
}
