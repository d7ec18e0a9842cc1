package io.policyengine.kernel.grpc;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.HostAndPort;
import io.vertx.grpc.common.GrpcStatus;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Accepts calls of gRPC methods on an HTTP server and refuses other requests. The stream of a refused request ends with
 * the response, so a request without an end holds no memory.
 */
public final class GrpcCalls {
    /** Maximum characters of a request's authority, and of its scheme. Both are held as long as the call is open. */
    static final int MAX_AUTHORITY = 320;

    /** The HTTP/2 error code for a request whose rest the server does not need (RFC 9113 §8.1). */
    private static final long NO_ERROR = 0;

    private static final String APPLICATION_GRPC = "application/grpc";

    private GrpcCalls() {}

    /**
     * Returns a request handler that serves the given gRPC methods.
     *
     * @param methods handlers by path, {@code /package.Service/Method}
     * @param refusals the refused streams of the event loop
     */
    public static Handler<HttpServerRequest> of(
            Map<String, Handler<HttpServerRequest>> methods, UntakenRefusals refusals) {
        Map<String, Handler<HttpServerRequest>> known = Map.copyOf(methods);
        return request -> {
            Handler<HttpServerRequest> method = known.get(request.uri());
            if (request.version() != HttpVersion.HTTP_2) {
                request.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
                request.response().setStatusCode(505).end();
            } else if (!isGrpc(request.getHeader(HttpHeaders.CONTENT_TYPE))) {
                refuse(request, refusals, 415);
            } else if (!HttpMethod.POST.equals(request.method())) {
                request.response().putHeader(HttpHeaders.ALLOW, "POST");
                refuse(request, refusals, 405);
            } else if (method == null) {
                UnverifiedPeers.wasted(request.connection());
                refusals.refuse(
                        request,
                        () -> new GrpcResponse(request.response())
                                .end(
                                        GrpcStatus.UNIMPLEMENTED,
                                        "no such method; there is " + new TreeSet<>(known.keySet())),
                        NO_ERROR);
            } else if (isLongerThanAnybodys(request)) {
                refuse(request, refusals, 431);
            } else {
                StreamMetadata.shorten(request.headers());
                method.handle(request);
            }
        };
    }

    private static void refuse(HttpServerRequest request, UntakenRefusals refusals, int status) {
        UnverifiedPeers.wasted(request.connection());
        refusals.refuse(request, () -> request.response().setStatusCode(status).end(), NO_ERROR);
    }

    private static boolean isLongerThanAnybodys(HttpServerRequest request) {
        String scheme = request.scheme();
        HostAndPort authority = request.authority();
        return (scheme != null && scheme.length() > MAX_AUTHORITY)
                || (authority != null && authority.host().length() > MAX_AUTHORITY);
    }

    /** Returns whether the content type is gRPC over HTTP/2; gRPC-Web is another protocol. */
    private static boolean isGrpc(@Nullable String contentType) {
        if (contentType == null
                || !contentType.regionMatches(true, 0, APPLICATION_GRPC, 0, APPLICATION_GRPC.length())) {
            return false;
        }
        int end = APPLICATION_GRPC.length();
        return contentType.length() == end || contentType.charAt(end) == '+' || contentType.charAt(end) == ';';
    }
}
