package io.policyengine.kernel.grpc;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.util.AttributeKey;
import io.policyengine.core.log.LogThrottle;
import io.policyengine.core.memory.MemoryPlan;
import io.policyengine.core.time.Ticker;
import io.policyengine.core.vertx.Channels;
import io.policyengine.kernel.metrics.ConnectionMeters;
import io.vertx.core.http.HttpConnection;
import java.time.Duration;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The accepted connections on which HTTP has not begun. Once HTTP begins on a connection, it belongs to {@link
 * LoopConnections}. A connection on which HTTP does not begin in time is closed, even if single bytes arrive. At the
 * maximum the server stops accepting for a while: new connections wait in the operating system's backlog. Silent
 * connections are then closed sooner, so that active clients are accepted.
 *
 * <p>Installed as the handler of a server's channel, see {@link io.policyengine.core.vertx.AcceptTransport}. Confined
 * to the accepting thread.
 */
public final class PendingConnections extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(PendingConnections.class);

    /** The divisor of the maximum number of connections that gives the number of pending ones. */
    private static final int OF_ALL = 4;

    /** Maximum time within which HTTP must begin on a connection. */
    private static final Duration LIMIT = Duration.ofSeconds(5);

    /** Maximum time within which HTTP must begin on a connection while accepting is paused. */
    private static final Duration LIMIT_WHILE_PAUSED = Duration.ofMillis(200);

    private static final AttributeKey<Pending> PENDING = AttributeKey.valueOf(Pending.class.getName());

    private final Times times;
    private final int max;
    private final Ticker ticker;
    private final Counter closed;
    private final LogThrottle told;
    /** The connections on which HTTP has not begun, in order of arrival. */
    private final Set<Pending> silent = new LinkedHashSet<>();
    /** The connections that exceeded their time limit and are not closed yet. */
    private final Set<Pending> ending = new HashSet<>();

    private @Nullable Channel server;
    private boolean isSweeping;

    /**
     * The time limits of silent connections.
     *
     * @param usual limit while the server accepts connections
     * @param least limit while accepting is paused
     * @param sweep interval of checks
     */
    record Times(Duration usual, Duration least, Duration sweep) {
        static final Times ORDINARY = new Times(LIMIT, LIMIT_WHILE_PAUSED, Duration.ofMillis(100));
    }

    /** An accepted connection. {@code hasSpoken} is confined to the connection's own event loop. */
    private static final class Pending {
        private final PendingConnections all;
        private final Channel channel;
        private final long since;
        private boolean hasSpoken;

        Pending(PendingConnections all, Channel channel, long since) {
            this.all = all;
            this.channel = channel;
            this.since = since;
        }

        /** Closes the connection, unless HTTP begins with bytes that have arrived but have not been read. */
        void end() {
            EventLoop own = channel.eventLoop();
            // A scheduled task runs after the next read.
            own.execute(() -> {
                var _ = own.schedule(this::endSilent, 1, TimeUnit.MILLISECONDS);
            });
        }

        private void endSilent() {
            if (!hasSpoken && channel.isOpen()) {
                all.closed.increment();
                var _ = channel.close();
            }
        }
    }

    private PendingConnections(MemoryPlan memory, Counter closed) {
        this(ConnectionBudget.most(memory) / OF_ALL, Times.ORDINARY, Ticker.SYSTEM, closed);
    }

    PendingConnections(int max, Times times, Ticker ticker, Counter closed) {
        this.max = max;
        this.times = times;
        this.ticker = ticker;
        this.closed = closed;
        this.told = new LogThrottle(ticker, Duration.ofMinutes(1));
    }

    /** Returns a supplier that creates the handler of each server of this process. */
    public static Supplier<ChannelHandler> ofServers(MeterRegistry metrics) {
        return () -> new PendingConnections(
                MemoryPlan.HERE, ConnectionMeters.in(metrics).silent());
    }

    /** Records that HTTP has begun on a connection; called on its event loop. */
    public static void spoke(HttpConnection connection) {
        Pending pending = Channels.of(connection).attr(PENDING).getAndSet(null);
        if (pending != null) {
            pending.hasSpoken = true;
            pending.all.knownLater(pending);
        }
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        server = context.channel();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object connection) {
        Channel channel = (Channel) connection;
        Pending pending = new Pending(this, channel, ticker.nanoTime());
        channel.attr(PENDING).set(pending);
        UnverifiedPeers.accepted(channel);
        channel.closeFuture().addListener(_ -> knownLater(pending));
        silent.add(pending);
        acceptWhileThereIsRoom();
        sweepLater();
        context.fireChannelRead(connection);
    }

    /** Removes a connection on which HTTP has begun, or which is closed. */
    private void knownLater(Pending pending) {
        try {
            server().eventLoop().execute(() -> {
                if (silent.remove(pending) || ending.remove(pending)) {
                    acceptWhileThereIsRoom();
                }
            });
        } catch (RejectedExecutionException atTheEnd) {
            // The server has stopped accepting.
        }
    }

    private boolean hasRoom() {
        return silent.size() + ending.size() < max;
    }

    private void acceptWhileThereIsRoom() {
        if (server().isOpen()) {
            server().config().setAutoRead(hasRoom());
        }
        if (!hasRoom() && told.admit().isPresent()) {
            LOG.warn(
                    "policy_kernel.server has reached the maximum of {} connections on which HTTP has not begun, and "
                            + "accepts no more for now. Each is closed {} ms after it was accepted. Envoy begins HTTP "
                            + "at once: let only Envoy reach this address, or listen at server.socket_path",
                    max,
                    times.least().toMillis());
        }
    }

    private void sweepLater() {
        if (!isSweeping && !silent.isEmpty()) {
            isSweeping = true;
            var _ = server().eventLoop().schedule(this::sweep, times.sweep().toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    private void sweep() {
        isSweeping = false;
        long time = (hasRoom() ? times.usual() : times.least()).toNanos();
        long now = ticker.nanoTime();
        Iterator<Pending> oldest = silent.iterator();
        while (oldest.hasNext()) {
            Pending next = oldest.next();
            if (now - next.since < time) {
                break;
            }
            oldest.remove();
            ending.add(next);
            next.end();
        }
        sweepLater();
    }

    private Channel server() {
        return Objects.requireNonNull(server, "added to a server");
    }
}
