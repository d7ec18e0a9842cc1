package io.policyengine.core.callout;

import io.policyengine.core.http.HeaderMap;
import io.vertx.core.buffer.Buffer;

/**
 * A unary gRPC call of a target: one message each way.
 *
 * @param method {@code package.Service/Method}
 * @param message the encoded protobuf message, not compressed
 * @param metadata the policy's own fields
 * @param maxResponseBytes maximum bytes of the response message
 * @param idempotent whether the call may be repeated if the connection was lost before any part of a response arrived
 */
public record UnaryRequest(
        String method, Buffer message, HeaderMap metadata, int maxResponseBytes, boolean idempotent) {
    /** Creates a call without metadata that may be repeated. */
    public static UnaryRequest idempotent(String method, Buffer message, int maxResponseBytes) {
        return new UnaryRequest(method, message, HeaderMap.empty(), maxResponseBytes, true);
    }

    /** Omits the message, which may hold secrets. */
    @Override
    public String toString() {
        return method;
    }
}
