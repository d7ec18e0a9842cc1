package io.policyengine.worker.callout;

import io.policyengine.core.http.HeaderMap;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A response of a server.
 *
 * @param isBodyOmitted true if only the head was read, and trailers and body are empty
 */
record ServerAnswer(int status, MultiMap headers, MultiMap trailers, Buffer body, boolean isBodyOmitted) {
    private static final String GRPC_STATUS = "grpc-status";
    private static final String GRPC_UNAVAILABLE = "14";
    private static final String GRPC_DEADLINE_EXCEEDED = "4";

    /** Returns the response without its body. */
    static ServerAnswer ofHead(HttpClientResponse response) {
        return new ServerAnswer(
                response.statusCode(), response.headers(), MultiMap.caseInsensitiveMultiMap(), Buffer.buffer(), true);
    }

    @Nullable
    String grpcStatus() {
        String status = trailers.get(GRPC_STATUS);
        return status == null ? headers.get(GRPC_STATUS) : status;
    }

    /** Returns whether a gateway reports that the server is unavailable. */
    boolean isUnavailable() {
        return status == 502 || status == 503 || status == 504 || GRPC_UNAVAILABLE.equals(grpcStatus());
    }

    /** Returns whether a gRPC server reports that the time of the call is over. */
    boolean isLate() {
        return GRPC_DEADLINE_EXCEEDED.equals(grpcStatus());
    }

    /**
     * Returns whether a faulty server may still send a body, announced or not, which HTTP/1.1 does not permit after
     * this response (RFC 9112 §6.3). On a reused connection, the body would be mistaken for the answer to the next
     * call, possibly of another client.
     */
    boolean mayBeFollowedByBody(HttpMethod method) {
        return method.equals(HttpMethod.HEAD) || status == 204 || status == 304;
    }

    HeaderMap headerMap() {
        HeaderMap.Builder map = HeaderMap.builder(headers.size());
        for (Map.Entry<String, String> field : headers) {
            map.append(field.getKey(), field.getValue());
        }
        return map.build();
    }
}
