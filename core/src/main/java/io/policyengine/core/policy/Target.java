package io.policyengine.core.policy;

import io.policyengine.core.callout.CalloutRequest;
import io.policyengine.core.callout.CalloutResponse;
import io.policyengine.core.callout.UnaryRequest;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;

/**
 * A server that policies call, given by its name in {@code worker_core.targets} or by a URL. The number of connections
 * and the number of calls that wait for a connection are bounded. After consecutive failures, a circuit breaker stops
 * calls for a while. Thread-safe.
 *
 * <p>Futures complete on the caller's event loop, and fail with {@link io.policyengine.core.callout.CalloutException};
 * a response with any HTTP status is a success.
 */
public interface Target {
    /** The name in metrics and messages: the configured name or, for a URL, its scheme, host and port. */
    String name();

    /**
     * Sends a request for an exchange. The request fails at the target's timeout, at the call's deadline, or when the
     * call is cancelled.
     */
    Future<CalloutResponse> send(Call call, CalloutRequest request);

    /** Sends a request independently of an exchange, for example to fill a cache. Only the target's timeout applies. */
    Future<CalloutResponse> fetch(CalloutRequest request);

    /**
     * Makes a unary gRPC call for an exchange, over HTTP/2, with the same limits as {@link #send}.
     *
     * @return the response message; fails with {@link io.policyengine.core.callout.CalloutException.Kind#REFUSED} for a
     *     status other than OK
     */
    Future<Buffer> unary(Call call, UnaryRequest request);

    /** Makes a unary gRPC call independently of an exchange. */
    Future<Buffer> fetchUnary(UnaryRequest request);
}
