package io.policyengine.core.admin;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;

/** The additional paths of an {@link AdminServer}: a kernel's management API. */
public interface AdminRoutes {
    /** The path that describes the others, named in responses to unknown paths. */
    String description();

    /**
     * Gets ready to answer, on the event loop of the admin server.
     *
     * @param notHere answers a request for a path that is not there either
     * @return takes the requests
     */
    Future<Handler<HttpServerRequest>> open(Vertx vertx, Handler<HttpServerRequest> notHere);

    /** Ends what they began, on the same event loop; opened or not. */
    default void close() {}
}
