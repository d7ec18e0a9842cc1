package io.policyengine.core.policy;

import io.vertx.core.Future;

/**
 * A server that policies speak to in bytes, by a protocol that is not HTTP. Its connections, and those who wait for one, are bounded; after
 * failures in a row none is tried for a while. Thread-safe.
 */
public interface ByteTarget {
    /** The name for metrics and messages: its address. */
    String name();

    /**
     * A connection for the caller alone, until it keeps or closes it: one that was {@linkplain ByteConnection#keep kept}, or a new one. It is
     * closed when the call is cancelled.
     *
     * @param deadlineNanos on the {@link io.policyengine.core.time.Ticker}; the call's own deadline if that is earlier
     * @return completes on the caller's event loop; fails with {@link io.policyengine.core.callout.CalloutException}
     */
    Future<ByteConnection> connect(Call call, long deadlineNanos);

    /**
     * Bounds of the connections to a server.
     *
     * @param protocol the bytes that are spoken: a connection never serves two protocols
     * @param maxConnections most that are in use at once
     * @param maxPending most calls that wait for one; further ones fail as overload
     */
    record Bounds(String protocol, int maxConnections, int maxPending) {}
}
