package io.policyengine.core.policy;

import io.vertx.core.Future;

/**
 * A server with a protocol other than HTTP. The number of connections and the number of calls that wait for a
 * connection are bounded. After consecutive failures, a circuit breaker stops new connections for a while. Thread-safe.
 */
public interface ByteTarget {
    /** The server's address, as its name in metrics and messages. */
    String name();

    /**
     * Returns a connection for the caller's exclusive use: one that was {@linkplain ByteConnection#keep kept}, or a new
     * one. The connection is closed when the call is cancelled.
     *
     * @param deadlineNanos a time of the {@link io.policyengine.core.time.Ticker}; an earlier deadline of {@code call}
     *     takes precedence
     * @return completes on the caller's event loop; fails with {@link io.policyengine.core.callout.CalloutException}
     */
    Future<ByteConnection> connect(Call call, long deadlineNanos);

    /**
     * The bounds of the connections to a server.
     *
     * @param protocol the protocol; connections of different protocols are never shared
     * @param maxConnections maximum number of connections in use
     * @param maxPending maximum number of calls that wait for a connection; further calls fail as overload
     */
    record Bounds(String protocol, int maxConnections, int maxPending) {}
}
