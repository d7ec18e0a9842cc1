package io.policyengine.core.vertx;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.internal.http.HttpServerRequestInternal;
import io.vertx.core.internal.http.HttpServerRequestWrapper;

/** A server request that delegates to another one, in a form that Vert.x's gRPC server accepts. */
public abstract class WrappedRequest extends HttpServerRequestWrapper {
    protected WrappedRequest(HttpServerRequest request) {
        super((HttpServerRequestInternal) request);
    }
}
