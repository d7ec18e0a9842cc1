package io.policyengine.worker.callout;

import io.policyengine.core.callout.CalloutException;
import io.policyengine.core.callout.CalloutException.Kind;
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
 * One server that policies speak to in bytes: its connections, its bounds and its breaker, for all who use it. Thread-safe.
 *
 * <p>Bounded: connections in use, those who wait for one ({@link Places}), and of each connection the bytes that nobody has read ({@link
 * ByteSocket}). A new connection is opened only while none is idle, so that all together are hardly more than may be in use; an idle one is
 * closed after a while.
 */
final class ByteClient {
    private static final Logger LOG = LoggerFactory.getLogger(ByteClient.class);
    private static final int FAILURES = 5;
    private static final Duration OPEN = Duration.ofSeconds(5);
    private static final int CONNECT_MILLIS = 5_000;

    private final Vertx vertx;
    private final Ticker ticker;
    private final TargetAddress address;
    private final Duration idleTime;
    private final NetClient net;
    private final Places places;
    private final Breaker breaker;
    private final ConcurrentLinkedDeque<ByteSocket> idle = new ConcurrentLinkedDeque<>();
    private volatile boolean closed;
    private volatile @Nullable CalloutException lastFailure;

    ByteClient(Vertx vertx, Ticker ticker, TargetAddress address, ByteTarget.Bounds bounds, Duration idleTime) {
        this.vertx = vertx;
        this.ticker = ticker;
        this.address = address;
        this.idleTime = idleTime;
        this.net = vertx.createNetClient(new NetClientOptions().setConnectTimeout(CONNECT_MILLIS));
        this.places = new Places(bounds.maxConnections(), bounds.maxPending());
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

    /** Time after which a connection to which nobody does anything is closed. */
    Duration idleTime() {
        return idleTime;
    }

    Places places() {
        return places;
    }

    Breaker breaker() {
        return breaker;
    }

    /** The connection that was used last of those that are idle; null if there is none. */
    @Nullable
    ByteSocket takeIdle() {
        return idle.pollLast();
    }

    /** A connection that may be used again. */
    void putIdle(ByteSocket socket) {
        idle.addLast(socket);
        if (closed) {
            dropIdle(socket);
        }
    }

    /** It is idle no more; false if somebody has it. */
    boolean dropIdle(ByteSocket socket) {
        return idle.remove(socket);
    }

    /** A new connection, on the caller's event loop. */
    Future<NetSocket> open(int millis) {
        SocketAddress to = address.isUnixSocket()
                ? SocketAddress.domainSocketAddress(address.host())
                : SocketAddress.inetSocketAddress(address.port(), address.host());
        return net.connect(new ConnectOptions().setRemoteAddress(to).setTimeout(Math.min(millis, CONNECT_MILLIS)));
    }

    /** Those who use a connection, and those who wait for one. */
    int pending() {
        return places.size();
    }

    /** An exchange ended so. */
    void failed(CalloutException failure) {
        if (failure.kind() == Kind.CANCELLED || failure.kind() == Kind.OVERLOADED) {
            breaker.abandoned();
            return;
        }
        lastFailure = failure;
        if (breaker.failed()) {
            LOG.atWarn()
                    .addKeyValue(LogFields.TARGET, name())
                    .addKeyValue(LogFields.REASON, failure.getMessage())
                    .log("too many call-outs in a row had no answer: none is made for a while");
        }
    }

    /** The reason why it is not well, for people; null if it is. */
    @Nullable
    String unwellBecause() {
        CalloutException last = lastFailure;
        return breaker.isOpen() && last != null ? last.getMessage() : null;
    }

    /** Ends it; exchanges under way fail. */
    Future<Void> close() {
        closed = true;
        idle.clear();
        return net.close();
    }
}
