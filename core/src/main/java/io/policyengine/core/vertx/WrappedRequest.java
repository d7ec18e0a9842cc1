package io.policyengine.core.vertx;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.internal.http.HttpServerRequestInternal;
import io.vertx.core.internal.http.HttpServerRequestWrapper;

/** A request to a server that passes everything on to another one, and that Vert.x' gRPC server accepts. */
public abstract class WrappedRequest extends HttpServerRequestWrapper {
    /** Creates a request that passes everything on. */
    protected WrappedRequest(HttpServerRequest request) {
        super((HttpServerRequestInternal) request);
    }
}
