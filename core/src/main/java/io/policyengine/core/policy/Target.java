package io.policyengine.core.policy;

import io.policyengine.core.callout.CalloutRequest;
import io.policyengine.core.callout.CalloutResponse;
import io.policyengine.core.http.HeaderMap;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;

/**
 * A server that policies call: a named one of {@code worker_core.targets}, or a URL. Its connections, and the calls
 * that wait for one, are bounded; after consecutive failures a circuit breaker stops calls for a while. Thread-safe.
 *
 * <p>Futures complete on the caller's event loop, and fail with {@link io.policyengine.core.callout.CalloutException};
 * a response with any HTTP status is a success.
 */
public interface Target {
    /** The name in metrics and messages: the configured one, else scheme, host and port of the URL. */
    String name();

    /**
     * Sends a request for an exchange. It ends at the target's timeout or the call's deadline, or when the call is
     * cancelled.
     */
    Future<CalloutResponse> send(Call call, CalloutRequest request);

    /** Sends a request independent of an exchange, such as to fill a cache; the target's own timeout applies. */
    Future<CalloutResponse> fetch(CalloutRequest request);

    /**
     * Makes a unary gRPC call for an exchange, over HTTP/2; ends like {@link #send}.
     *
     * @param method {@code package.Service/Method}
     * @param message the encoded protobuf message, not compressed
     * @param metadata the policy's own fields
     * @return the response message; fails with {@link io.policyengine.core.callout.CalloutException.Kind#REFUSED} for a
     *     status other than OK
     */
    Future<Buffer> unary(Call call, String method, Buffer message, HeaderMap metadata, int maxResponseBytes);

    /** Makes a unary gRPC call independent of an exchange. */
    Future<Buffer> fetchUnary(String method, Buffer message, HeaderMap metadata, int maxResponseBytes);
}
