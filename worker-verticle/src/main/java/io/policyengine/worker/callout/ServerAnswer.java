package io.policyengine.worker.callout;

import io.policyengine.core.http.HeaderMap;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The answer of a server, whole. */
record ServerAnswer(int status, MultiMap headers, MultiMap trailers, Buffer body) {
    private static final String GRPC_STATUS = "grpc-status";
    private static final String GRPC_UNAVAILABLE = "14";

    /** The status of a gRPC call, or null. */
    @Nullable
    String grpcStatus() {
        String status = trailers.get(GRPC_STATUS);
        return status == null ? headers.get(GRPC_STATUS) : status;
    }

    /** True if a gateway before the server says that the server is not there. */
    boolean isUnavailable() {
        return status == 502 || status == 503 || status == 504 || GRPC_UNAVAILABLE.equals(grpcStatus());
    }

    HeaderMap headerMap() {
        HeaderMap.Builder map = HeaderMap.builder(headers.size());
        for (Map.Entry<String, String> field : headers) {
            map.append(field.getKey(), field.getValue());
        }
        return map.build();
    }
}
