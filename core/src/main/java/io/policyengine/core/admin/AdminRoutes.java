package io.policyengine.core.admin;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;

/** Additional paths of an {@link AdminServer}, such as a kernel's management API. */
public interface AdminRoutes {
    /** The path of the API's description, named in responses to unknown paths. */
    String description();

    /**
     * Starts serving the additional paths on the event loop of the admin server.
     * @param notHere handles requests for unknown paths
     * @return the handler of all requests for paths that the server itself does not serve
     */
    Future<Handler<HttpServerRequest>> open(Vertx vertx, Handler<HttpServerRequest> notHere);

    /** Releases all resources, on the same event loop; also called if the routes were never opened. */
    default void close() {}
}
