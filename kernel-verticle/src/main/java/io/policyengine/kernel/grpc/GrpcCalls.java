package io.policyengine.kernel.grpc;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.grpc.common.GrpcStatus;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Tells calls of gRPC methods from everything else that a client may ask of an HTTP server, and refuses the rest. */
public final class GrpcCalls {
    private static final String APPLICATION_GRPC = "application/grpc";

    private GrpcCalls() {}

    /**
     * A request handler that serves these methods.
     *
     * @param methods by path, {@code /package.Service/Method}
     */
    public static Handler<HttpServerRequest> of(Map<String, Handler<HttpServerRequest>> methods) {
        Map<String, Handler<HttpServerRequest>> known = Map.copyOf(methods);
        return request -> {
            Handler<HttpServerRequest> method = known.get(request.uri());
            if (request.version() != HttpVersion.HTTP_2) {
                request.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
                refuse(request, 505);
            } else if (!isGrpc(request.getHeader(HttpHeaders.CONTENT_TYPE))) {
                refuse(request, 415);
            } else if (!HttpMethod.POST.equals(request.method())) {
                request.response().putHeader(HttpHeaders.ALLOW, "POST");
                refuse(request, 405);
            } else if (method == null) {
                new GrpcResponse(request.response())
                        .end(
                                GrpcStatus.UNIMPLEMENTED,
                                "no method " + request.uri() + "; there is " + new TreeSet<>(known.keySet()));
            } else {
                method.handle(request);
            }
        };
    }

    private static void refuse(HttpServerRequest request, int status) {
        request.response().setStatusCode(status).end();
    }

    /** True if a content type is gRPC's over HTTP/2; gRPC-Web is another protocol. */
    private static boolean isGrpc(@Nullable String contentType) {
        if (contentType == null
                || !contentType.regionMatches(true, 0, APPLICATION_GRPC, 0, APPLICATION_GRPC.length())) {
            return false;
        }
        int end = APPLICATION_GRPC.length();
        return contentType.length() == end || contentType.charAt(end) == '+' || contentType.charAt(end) == ';';
    }
}
