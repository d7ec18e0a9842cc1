package io.policyengine.worker.callout;

import io.policyengine.core.callout.CalloutException;
import io.policyengine.core.callout.TargetAddress;
import io.policyengine.core.log.LogFields;
import io.policyengine.core.policy.ByteTarget;
import io.policyengine.core.time.Ticker;
import io.policyengine.worker.remote.Breaker;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.ConnectOptions;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import java.time.Duration;
import java.util.concurrent.ConcurrentLinkedDeque;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client of one server with a byte protocol, that is, not HTTP. All callers share its connections, bounds and circuit
 * breaker. Thread-safe.
 *
 * <p>The client bounds the connections in use, the callers that wait for a connection ({@link CallSlots}), and the
 * unread bytes of each connection ({@link ByteSocket}). A connection is opened only if no idle connection exists, and
 * idle connections are closed after a while.
 */
final class ByteClient {
    private static final Logger LOG = LoggerFactory.getLogger(ByteClient.class);

    /** Number of consecutive failed calls after which calls to a server with a byte protocol stop for a time. */
    private static final int FAILURES = 5;

    /** Time for which calls stop after too many consecutive failures. */
    private static final Duration OPEN = Duration.ofSeconds(5);

    private static final int CONNECT_MILLIS = 5_000;

    private final Vertx vertx;
    private final Ticker ticker;
    private final TargetAddress address;
    private final Duration idleTime;
    private final NetClient net;
    private final CallSlots places;
    private final Breaker breaker;
    private final ConcurrentLinkedDeque<ByteSocket> idle = new ConcurrentLinkedDeque<>();
    private volatile boolean closed;
    private volatile @Nullable CalloutException lastFailure;
    /** The last refusal of an exchange; null if none was refused, or a later exchange succeeded. */
    private volatile @Nullable CalloutException refusal;

    ByteClient(Vertx vertx, Ticker ticker, TargetAddress address, ByteTarget.Bounds bounds, Duration idleTime) {
        this.vertx = vertx;
        this.ticker = ticker;
        this.address = address;
        this.idleTime = idleTime;
        this.net = vertx.createNetClient(new NetClientOptions().setConnectTimeout(CONNECT_MILLIS));
        this.places = new CallSlots(bounds.maxConnections(), bounds.maxPending());
        this.breaker = new Breaker(FAILURES, OPEN, ticker);
    }

    String name() {
        return address.toString();
    }

    Vertx vertx() {
        return vertx;
    }

    Ticker ticker() {
        return ticker;
    }

    Duration idleTime() {
        return idleTime;
    }

    CallSlots places() {
        return places;
    }

    Breaker breaker() {
        return breaker;
    }

    /** Removes and returns the most recently used idle connection, or null if none is idle. */
    @Nullable
    ByteSocket takeIdle() {
        return idle.pollLast();
    }

    void putIdle(ByteSocket socket) {
        idle.addLast(socket);
        if (closed) {
            dropIdle(socket);
        }
    }

    /** Removes an idle connection from the pool. Returns false if the connection is in use. */
    boolean dropIdle(ByteSocket socket) {
        return idle.remove(socket);
    }

    Future<NetSocket> open(int millis) {
        SocketAddress to = address.isUnixSocket()
                ? SocketAddress.domainSocketAddress(address.host())
                : SocketAddress.inetSocketAddress(address.port(), address.host());
        return net.connect(new ConnectOptions().setRemoteAddress(to).setTimeout(Math.min(millis, CONNECT_MILLIS)));
    }

    /** Returns the number of exchanges that use a connection or wait for a connection. */
    int pending() {
        return places.size();
    }

    /**
     * Records a failed exchange. A malformed or too long answer is not counted, since the sender of a message may
     * provoke it.
     */
    void failed(CalloutException failure) {
        switch (failure.kind()) {
            case TIMEOUT, UNREACHABLE -> missed(failure);
            case REFUSED, DEADLINE_EXCEEDED, MALFORMED, TOO_LARGE, BREAKER_OPEN, OVERLOADED, CANCELLED ->
                breaker.abandoned();
        }
    }

    private void missed(CalloutException failure) {
        lastFailure = failure;
        if (breaker.failed()) {
            LOG.atWarn()
                    .addKeyValue(LogFields.TARGET, name())
                    .addKeyValue(LogFields.REASON, failure.getMessage())
                    .log("too many consecutive call-outs failed: no calls to this target for a while");
        }
    }

    /** Records that the server refuses exchanges regardless of their content. Must be called after {@link #failed}. */
    void refused(CalloutException failure) {
        refusal = failure;
    }

    void succeeded() {
        refusal = null;
        breaker.succeeded();
    }

    /** Returns the reason why the server is unhealthy, for users, or null. */
    @Nullable
    String unwellBecause() {
        CalloutException refused = refusal;
        if (refused != null) {
            return refused.getMessage();
        }
        CalloutException last = lastFailure;
        return breaker.isOpen() && last != null ? last.getMessage() : null;
    }

    Future<Void> close() {
        closed = true;
        idle.clear();
        return net.close();
    }
}
