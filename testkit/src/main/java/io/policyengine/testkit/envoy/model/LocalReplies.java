package io.policyengine.testkit.envoy.model;

import com.google.protobuf.ByteString;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.Octets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Creates the responses that Envoy generates itself. */
final class LocalReplies {
    private LocalReplies() {}

    /**
     * Returns the parts of a response to a request.
     *
     * @param request the request's headers, which show whether it is gRPC or HEAD
     * @param status 200 to 599
     * @param grpcStatus the status for gRPC clients; null to map the HTTP status
     * @param change the change that is applied to the default headers
     */
    static List<HttpPart> reply(
            HeaderMap request,
            int status,
            ByteString body,
            @Nullable Integer grpcStatus,
            UnaryOperator<HeaderMap> change) {
        if (isGrpc(request)) {
            return List.of(new HttpPart.Headers(grpcHeaders(status, body, grpcStatus, change), true));
        }
        HeaderMap headers = change.apply(HeaderMap.of(":status", Integer.toString(status)));
        HeaderMap.Builder complete = headers.toBuilder();
        if (body.isEmpty()) {
            complete.remove("content-length").remove("content-type");
        } else {
            complete.set("content-length", Integer.toString(body.size()));
            if (!headers.contains("content-type")) {
                complete.append("content-type", "text/plain");
            }
        }
        boolean headersOnly = body.isEmpty() || "HEAD".equals(request.get(":method"));
        List<HttpPart> parts = new ArrayList<>();
        parts.add(new HttpPart.Headers(complete.build(), headersOnly));
        if (!headersOnly) {
            parts.add(new HttpPart.Data(body, true));
        }
        return parts;
    }

    private static HeaderMap grpcHeaders(
            int status, ByteString body, @Nullable Integer grpcStatus, UnaryOperator<HeaderMap> change) {
        HeaderMap.Builder headers = change.apply(HeaderMap.of(":status", Integer.toString(status))).toBuilder()
                .set(":status", "200")
                .set("content-type", "application/grpc")
                .set("grpc-status", Integer.toString(grpcStatus == null ? fromHttp(status) : grpcStatus));
        if (!body.isEmpty()) {
            headers.set("grpc-message", percentEncode(body));
        }
        return headers.build();
    }

    /** Maps an HTTP status to a gRPC status as Envoy does (grpc-web's table: http-grpc-status-mapping.md). */
    private static int fromHttp(int status) {
        return switch (status) {
            case 400 -> 13;
            case 401 -> 16;
            case 403 -> 7;
            case 404 -> 12;
            case 429, 502, 503, 504 -> 14;
            default -> 2;
        };
    }

    private static String percentEncode(ByteString message) {
        StringBuilder text = new StringBuilder();
        for (char c : Octets.fromBytes(message.toByteArray()).toCharArray()) {
            if (c >= ' ' && c <= '~' && c != '%') {
                text.append(c);
            } else {
                text.append(String.format(Locale.ROOT, "%%%02X", (int) c));
            }
        }
        return text.toString();
    }

    private static boolean isGrpc(HeaderMap request) {
        String type = request.get("content-type");
        return type != null && (type.equals("application/grpc") || type.startsWith("application/grpc+"));
    }
}
