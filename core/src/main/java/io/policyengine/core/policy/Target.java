package io.policyengine.core.policy;

import io.policyengine.core.callout.CalloutRequest;
import io.policyengine.core.callout.CalloutResponse;
import io.policyengine.core.http.HeaderMap;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;

/**
 * A server that policies call: of {@code worker_core.targets} by its name, or by a URL. Its connections, and the calls that wait for one, are
 * bounded; after failures in a row none is made for a while. Thread-safe.
 *
 * <p>Futures complete on the caller's event loop, and fail with {@link io.policyengine.core.callout.CalloutException}; an answer with any
 * HTTP status is none.
 */
public interface Target {
    /** The name for metrics and messages: that of the configuration, else scheme, host and port of the URL. */
    String name();

    /**
     * Sends a request for an exchange. It ends with the target's own time-out, and with the call at the latest: at its deadline, or when it
     * is cancelled.
     */
    Future<CalloutResponse> send(Call call, CalloutRequest request);

    /** The same for no exchange: fills what others wait for. It ends with the target's own time-out. */
    Future<CalloutResponse> fetch(CalloutRequest request);

    /**
     * Makes a unary gRPC call for an exchange, over HTTP/2; ends as {@link #send}.
     *
     * @param method as {@code package.Service/Method}
     * @param message as the service's protobuf encodes it, not compressed
     * @param metadata the policy's own fields
     * @return the answer's message; fails with {@link io.policyengine.core.callout.CalloutException.Kind#REFUSED} for a status other than OK
     */
    Future<Buffer> unary(Call call, String method, Buffer message, HeaderMap metadata, int maxResponseBytes);

    /** The same for no exchange. */
    Future<Buffer> fetchUnary(String method, Buffer message, HeaderMap metadata, int maxResponseBytes);
}
