package io.policyengine.kernel.grpc;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.util.AttributeKey;
import io.policyengine.core.log.LogThrottle;
import io.policyengine.core.time.Ticker;
import io.policyengine.core.vertx.Channels;
import io.vertx.core.http.HttpConnection;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connections of one event loop whose peers have not proved to be an Envoy. A peer proves it by a valid message of
 * an exchange, or by a health {@code Check}. All unverified connections together get a quarter of the loop's time.
 * After at most {@value ReadBound#MAX_OF_TURN} octets of one of them are processed, all of them wait three times as
 * long as this took. When a peer proves to be an Envoy, the waits that it caused end, so new Envoys do not delay each
 * other. Each proof adds one to a connection's credit, up to {@value #MAX_CREDIT}, and each useless call subtracts one.
 * A connection without credit is unverified. Confined to its event loop.
 */
public final class UnverifiedPeers {
    private static final Logger LOG = LoggerFactory.getLogger(UnverifiedPeers.class);

    /** The pause after work for an unverified peer, as a multiple of the time that the work took. */
    private static final int PAUSE_FACTOR = 3;

    /**
     * Maximum nanoseconds counted for one step of work for an unverified connection; a longer measurement includes a
     * pause of the process.
     */
    private static final long MAX_AT_ONCE = Duration.ofMillis(10).toNanos();

    /**
     * Connections with fewer processed octets than this number take precedence. It is large enough for a long first
     * message.
     */
    private static final int EARLY = 64 << 10;

    /**
     * Maximum credit of a connection. Each exchange adds one, and each useless call subtracts one. A connection without
     * credit is unverified.
     */
    static final int MAX_CREDIT = 100;

    /** The number of waiting connections at which a warning is logged. */
    private static final int WARN_ABOVE = 16;

    /**
     * The nanoseconds after which a connection that is still unverified counts for the warning. Also the interval
     * between two counts.
     */
    private static final long WARN_AFTER = Duration.ofSeconds(3).toNanos();

    private static final AttributeKey<Gate> GATE = AttributeKey.valueOf(UnverifiedPeers.class.getName());

    private final Ticker ticker;
    private final LogThrottle told;
    /**
     * The waiting connections with less than {@value #EARLY} processed octets; an Envoy's first exchange may be that
     * long.
     */
    private final Set<Gate> early = new LinkedHashSet<>();
    /** The waiting connections that are not in {@link #early}. */
    private final Set<Gate> late = new LinkedHashSet<>();

    private boolean isTurnOfLate;

    private long restsUntil;
    private @Nullable ScheduledFuture<?> scheduled;
    private long lastCount;

    /** Creates an object without connections, for one event loop. */
    public UnverifiedPeers(Ticker ticker) {
        this.ticker = ticker;
        this.told = new LogThrottle(ticker, Duration.ofMinutes(1));
        this.restsUntil = ticker.nanoTime();
        this.lastCount = restsUntil;
    }

    /** Limits the reads of an accepted connection; called before the channel is registered. */
    static void accepted(Channel channel) {
        channel.config().setRecvByteBufAllocator(new ReadBound());
    }

    void met(HttpConnection connection) {
        met(Channels.of(connection));
    }

    void met(Channel channel) {
        Gate gate = new Gate(channel);
        channel.attr(GATE).set(gate);
        gate.restrict();
        channel.pipeline().addFirst(gate);
    }

    /** Records a call that only an Envoy or its health check makes, which verifies the connection. */
    public static void proved(HttpConnection connection) {
        proved(Channels.of(connection));
    }

    static void proved(Channel channel) {
        Gate gate = channel.attr(GATE).get();
        if (gate != null) {
            gate.gain();
        }
    }

    /** Returns whether the connection has proved to be an Envoy's, or its health check's. */
    static boolean isVerified(HttpConnection connection) {
        Gate gate = Channels.of(connection).attr(GATE).get();
        return gate != null && gate.credit > 0;
    }

    /** Records a useless call, which an Envoy never makes. */
    public static void wasted(HttpConnection connection) {
        wasted(Channels.of(connection));
    }

    static void wasted(Channel channel) {
        Gate gate = channel.attr(GATE).get();
        if (gate != null) {
            gate.lose();
        }
    }

    private void arrived(Gate gate) {
        if (waiting() == 0 && isRested()) {
            take(gate);
        } else {
            (gate.taken < EARLY ? early : late).add(gate);
            takeLater(gate.channel.eventLoop());
        }
    }

    private int waiting() {
        return early.size() + late.size();
    }

    private boolean isRested() {
        return ticker.nanoTime() - restsUntil >= 0;
    }

    private void take(Gate gate) {
        spend(gate, gate::passHeld);
    }

    /**
     * Runs work for an unverified peer. Afterwards all unverified peers have to wait, unless the work proved this one
     * to be an Envoy.
     */
    private void spend(Gate gate, Runnable work) {
        long began = ticker.nanoTime();
        work.run();
        if (gate.credit == 0) {
            long now = ticker.nanoTime();
            long rest = PAUSE_FACTOR * Math.min(now - began, MAX_AT_ONCE);
            gate.caused += rest;
            restsUntil = Math.max(restsUntil - now, 0) + now + rest;
        }
    }

    /** Ends the waits that a peer's processing caused; called once the peer has proved to be an Envoy. */
    private void forgive(Gate gate) {
        restsUntil -= gate.caused;
        gate.caused = 0;
        if (scheduled != null && scheduled.cancel(false)) {
            scheduled = null;
        }
        if (waiting() > 0) {
            takeLater(gate.channel.eventLoop());
        }
    }

    private void takeLater(EventLoop loop) {
        if (scheduled == null) {
            long rest = Math.max(0, restsUntil - ticker.nanoTime());
            scheduled = loop.schedule(() -> takeNext(loop), rest, TimeUnit.NANOSECONDS);
        }
    }

    private void takeNext(EventLoop loop) {
        scheduled = null;
        if (isRested() && waiting() > 0) {
            isTurnOfLate = early.isEmpty() || (!isTurnOfLate && !late.isEmpty());
            Iterator<Gate> first = (isTurnOfLate ? late : early).iterator();
            Gate next = first.next();
            first.remove();
            take(next);
        }
        if (waiting() > 0) {
            tell();
            takeLater(loop);
        }
    }

    private void tell() {
        long now = ticker.nanoTime();
        if (waiting() < WARN_ABOVE || now - lastCount < WARN_AFTER) {
            return;
        }
        lastCount = now;
        long unproved = Stream.concat(early.stream(), late.stream())
                .filter(gate -> gate.isUnprovedAt(now))
                .count();
        if (unproved >= WARN_ABOVE && told.admit().isPresent()) {
            LOG.warn(
                    "{} connections to policy_kernel.server have sent data for more than 3 s, but no message of Envoy. "
                            + "They are held back, and share a quarter of the event loop's time. Let only Envoy reach "
                            + "this address, or listen at server.socket_path",
                    unproved);
        }
    }

    /** The handler before HTTP/2 in a connection's pipeline. It holds back the bytes of an unverified peer. */
    private final class Gate extends ChannelInboundHandlerAdapter {
        private final Channel channel;
        private final ReadBound bound;
        /**
         * The number of exchanges minus the number of useless calls, at most {@value #MAX_CREDIT}; 0 for an unverified
         * peer.
         */
        private int credit;
        /** The number of octets that were processed while the peer was unverified. */
        private long taken;
        /** The nanoseconds for which this peer makes all unverified peers wait. */
        private long caused;
        /** The time of the peer's first processed octets, or the time at which it became unverified again. */
        private long unprovedSince;

        private @Nullable ChannelHandlerContext context;
        private @Nullable ByteBuf held;
        /** True during a read that began while the peer was verified. No byte of such a read is held back. */
        private boolean isReadAsEnvoys;

        Gate(Channel channel) {
            this.channel = channel;
            // Absent if another server accepted the connection.
            this.bound = channel.config().getRecvByteBufAllocator() instanceof ReadBound its ? its : new ReadBound();
        }

        void restrict() {
            bound.restore();
            channel.config().setAutoRead(false);
            channel.read();
        }

        void gain() {
            if (credit == 0) {
                bound.lift();
                channel.config().setAutoRead(true);
                if (leaveLine()) {
                    channel.eventLoop().execute(this::passHeld);
                }
                forgive(this);
            }
            credit = Math.min(MAX_CREDIT, credit + 1);
        }

        void lose() {
            if (credit > 0) {
                credit--;
                if (credit == 0) {
                    unprovedSince = ticker.nanoTime();
                    restrict();
                }
            }
        }

        /**
         * Returns whether the peer has sent octets for so long, without proving to be an Envoy, that it counts for the
         * warning.
         */
        boolean isUnprovedAt(long now) {
            return taken > 0 && now - unprovedSince >= WARN_AFTER;
        }

        private boolean leaveLine() {
            return early.remove(this) || late.remove(this);
        }

        @Override
        public void handlerAdded(ChannelHandlerContext added) {
            context = added;
        }

        @Override
        public void channelRead(ChannelHandlerContext reading, Object message) {
            isReadAsEnvoys |= credit > 0 && held == null;
            if (isReadAsEnvoys || !(message instanceof ByteBuf bytes)) {
                reading.fireChannelRead(message);
            } else if (held == null) {
                held = bytes;
            } else if (credit > 0) {
                held = reading.alloc().compositeBuffer(2).addComponents(true, held, bytes);
            } else {
                // Nothing is read while bytes wait, unless the peer has gone: Netty then reads the rest.
                bytes.release();
                release();
                var _ = channel.close();
            }
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext reading) {
            if (held == null) {
                isReadAsEnvoys = false;
                reading.fireChannelReadComplete();
            } else if (credit == 0) {
                arrived(this);
            }
        }

        void passHeld() {
            ByteBuf bytes = held;
            ChannelHandlerContext to = context;
            held = null;
            if (bytes != null && to != null) {
                if (taken == 0) {
                    unprovedSince = ticker.nanoTime();
                }
                taken += bytes.readableBytes();
                to.fireChannelRead(bytes);
                to.fireChannelReadComplete();
                channel.read();
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext ended) {
            release();
            if (credit > 0) {
                ended.fireChannelInactive();
            } else {
                spend(this, ended::fireChannelInactive);
            }
        }

        @Override
        public void handlerRemoved(ChannelHandlerContext removed) {
            release();
        }

        private void release() {
            leaveLine();
            if (held != null) {
                held.release();
                held = null;
            }
        }
    }
}
