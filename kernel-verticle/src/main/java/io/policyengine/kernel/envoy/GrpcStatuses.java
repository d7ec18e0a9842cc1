package io.policyengine.kernel.envoy;

import org.jspecify.annotations.Nullable;

/** The gRPC status that a gRPC client receives with a denial ({@code google.rpc.Code}). */
final class GrpcStatuses {
    private GrpcStatuses() {}

    /**
     * Returns whether a client that sent the content type uses gRPC. Returns false for gRPC-Web, which is another
     * protocol.
     */
    static boolean areFor(@Nullable String contentType) {
        return contentType != null
                && (contentType.equals("application/grpc") || contentType.startsWith("application/grpc+"));
    }

    static int of(int httpStatus) {
        return switch (httpStatus) {
            case 400, 413, 415, 422 -> 3; // INVALID_ARGUMENT
            case 401 -> 16; // UNAUTHENTICATED
            case 403 -> 7; // PERMISSION_DENIED
            case 404 -> 5; // NOT_FOUND
            case 408, 504 -> 4; // DEADLINE_EXCEEDED
            case 409 -> 10; // ABORTED
            case 429 -> 8; // RESOURCE_EXHAUSTED
            case 501 -> 12; // UNIMPLEMENTED
            case 502, 503 -> 14; // UNAVAILABLE
            default -> httpStatus >= 500 ? 13 : 2; // INTERNAL, UNKNOWN
        };
    }
}
