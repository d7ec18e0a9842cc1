package io.policyengine.kernel.grpc;

import io.netty.channel.EventLoop;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Stream;
import io.policyengine.core.time.Ticker;
import io.policyengine.core.vertx.Channels;
import io.vertx.core.http.HttpConnection;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP connections of one event loop. A connection on which HTTP has not begun belongs to
 * {@link PendingConnections}. If {@link ConnectionBudget} is exhausted, a connection that has been unused for seconds
 * is closed for a new one. If no connection is unused, the new one is closed: closing used connections would lose
 * exchanges, and their Envoys would open new ones. For a stream, this class at most records the time of its end.
 * Confined to its event loop.
 */
public final class LoopConnections {
    /** The time without a stream after which a connection may be closed to make room for another. */
    private static final Duration UNUSED = Duration.ofSeconds(5);

    /**
     * The time without an open stream after which a connection of an unverified peer may be closed to make room for
     * another.
     */
    private static final Duration UNUSED_OF_UNVERIFIED = Duration.ofSeconds(1);

    /** The time for an Envoy to close a connection itself, or for a stream that it has already opened to arrive. */
    private static final Duration ARRIVAL = Duration.ofMillis(500);

    /** Maximum number of connections examined to replace one by a new connection. */
    private static final int LOOKS = 256;

    private final ConnectionBudget budget;
    private final Ticker ticker;
    private final UnverifiedPeers unverifiedPeers;
    /** The open connections, least recently examined first. */
    private final Map<HttpConnection, Use> open = new LinkedHashMap<>();
    /** The event loop of the connections; null before the first connection. */
    private volatile @Nullable EventLoop eventLoop;

    private final AtomicBoolean isMakingRoom = new AtomicBoolean();

    /** The connections whose clients have been asked to open no further streams. */
    private final Map<HttpConnection, Use> ending = new HashMap<>();

    /**
     * A connection, with the time since its last stream. A stream of a peer that has not proved to be an Envoy counts
     * only while it is open.
     */
    private final class Use extends Http2ConnectionAdapter {
        private final HttpConnection connection;
        private long unusedSince = ticker.nanoTime();

        Use(HttpConnection connection) {
            this.connection = connection;
        }

        @Override
        public void onStreamClosed(Http2Stream stream) {
            if (UnverifiedPeers.isVerified(connection)) {
                unusedSince = ticker.nanoTime();
            }
        }

        /** Returns the time since the connection's last stream; zero while it has a stream. */
        Duration idle() {
            return hasOpenStream(connection) ? Duration.ZERO : Duration.ofNanos(ticker.nanoTime() - unusedSince);
        }
    }

    /** Creates an object without connections, for one event loop. */
    public LoopConnections(ConnectionBudget budget, Ticker ticker) {
        this(budget, ticker, new UnverifiedPeers(ticker));
    }

    LoopConnections(ConnectionBudget budget, Ticker ticker, UnverifiedPeers unverifiedPeers) {
        this.budget = budget;
        this.ticker = ticker;
        this.unverifiedPeers = unverifiedPeers;
        budget.add(this);
    }

    /**
     * Adds a new connection, until it is closed. If the maximum is reached and no other connection can be closed
     * instead, closes the new one and returns false.
     */
    public boolean opened(HttpConnection connection) {
        if (!budget.take() && !replaceUnused()) {
            budget.refuses(connection);
            connection.close();
            return false;
        }
        eventLoop = Channels.of(connection).eventLoop();
        Use use = new Use(connection);
        Http2Connection http = http2(connection);
        if (http != null) {
            http.addListener(use);
        }
        open.put(connection, use);
        Channels.of(connection).closeFuture().addListener(_ -> closed(connection));
        keepOneFrame(connection);
        unverifiedPeers.met(connection);
        return true;
    }

    private void closed(HttpConnection connection) {
        open.remove(connection);
        ending.remove(connection);
        budget.release();
    }

    /**
     * Begins to close an unused connection. Returns false if there is none, or if too many are already being closed.
     */
    private boolean replaceUnused() {
        if (!budget.takeReplacement()) {
            return false;
        }
        Use unused = removeUnused();
        if (unused == null) {
            budget.release();
            return false;
        }
        close(unused);
        return true;
    }

    /** Lets the event loop begin to close an unused connection, if it has one. Thread-safe. */
    void makeRoom() {
        EventLoop loop = eventLoop;
        if (loop != null && isMakingRoom.compareAndSet(false, true)) {
            loop.execute(() -> {
                isMakingRoom.set(false);
                Use unused = removeUnused();
                if (unused != null) {
                    close(unused);
                }
            });
        }
    }

    private void close(Use unused) {
        if (UnverifiedPeers.isVerified(unused.connection)) {
            askToClose(unused);
        } else {
            unused.connection.close();
        }
    }

    /**
     * Asks an Envoy to close a connection, and later closes it if no stream has arrived. A GOAWAY that names the last
     * stream would refuse a stream that Envoy has just opened.
     */
    private void askToClose(Use use) {
        HttpConnection connection = use.connection;
        ending.put(connection, use);
        connection.goAway(0, Integer.MAX_VALUE);
        var _ = Channels.of(connection)
                .eventLoop()
                .schedule(() -> closeUnlessUsed(use), ARRIVAL.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void closeUnlessUsed(Use use) {
        if (!ending.remove(use.connection, use)) {
            return;
        }
        if (use.idle().isZero()) {
            open.put(use.connection, use);
        } else {
            use.connection.close();
        }
    }

    /** Removes a connection that has been unused for long enough, or returns null. */
    private @Nullable Use removeUnused() {
        for (int looks = Math.min(LOOKS, open.size()); looks > 0; looks--) {
            Use use = open.values().iterator().next();
            open.remove(use.connection);
            Duration allowed = UnverifiedPeers.isVerified(use.connection) ? UNUSED : UNUSED_OF_UNVERIFIED;
            Duration idle = use.idle();
            if (idle.compareTo(allowed) >= 0) {
                budget.closesUnused(use.connection, idle);
                return use;
            }
            open.put(use.connection, use);
        }
        return null;
    }

    /**
     * Makes Netty release frames after each read. By default it does so after sixteen reads, which may hold a megabyte
     * per sender.
     */
    private static void keepOneFrame(HttpConnection connection) {
        Http2ConnectionHandler handler = handler(connection);
        if (handler != null) {
            handler.setDiscardAfterReads(1);
        }
    }

    private static boolean hasOpenStream(HttpConnection connection) {
        Http2Connection http = http2(connection);
        return http != null && http.numActiveStreams() > 0;
    }

    /** Returns the HTTP/2 connection, or null for HTTP/1, which the engine does not support. */
    private static @Nullable Http2Connection http2(HttpConnection connection) {
        Http2ConnectionHandler handler = handler(connection);
        return handler == null ? null : handler.connection();
    }

    private static @Nullable Http2ConnectionHandler handler(HttpConnection connection) {
        return Channels.http2(connection);
    }
}
