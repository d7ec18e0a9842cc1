package io.policyengine.core.policy;

import io.vertx.core.Future;

/**
 * A server with a protocol other than HTTP. Its connections, and the calls that wait for one, are bounded; after
 * consecutive failures a circuit breaker stops attempts for a while. Thread-safe.
 */
public interface ByteTarget {
    /** The name for metrics and messages: its address. */
    String name();

    /**
     * Connects for the caller's exclusive use: a {@linkplain ByteConnection#keep kept} connection, or a new one. It is
     * closed when the call is cancelled.
     *
     * @param deadlineNanos on the {@link io.policyengine.core.time.Ticker}; the call's own deadline if that is earlier
     * @return completes on the caller's event loop; fails with {@link io.policyengine.core.callout.CalloutException}
     */
    Future<ByteConnection> connect(Call call, long deadlineNanos);

    /**
     * The bounds of the connections to a server.
     *
     * @param protocol the protocol; a connection serves only one
     * @param maxConnections limit of connections in use
     * @param maxPending limit of calls that wait for one; further ones fail as overload
     */
    record Bounds(String protocol, int maxConnections, int maxPending) {}
}
