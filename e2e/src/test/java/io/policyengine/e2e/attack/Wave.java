package io.policyengine.e2e.attack;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandler;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.util.concurrent.Future;
import io.policyengine.e2e.harness.Eventually;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Connections of attackers that do the same. What is not closed by the other side ends with it. */
final class Wave implements AutoCloseable {
    private static final int STATUS_LINE = "HTTP/1.1 200".length();

    private final Sockets sockets;
    private final int port;
    private final int connections;
    private final Prepared says;
    private final Set<Channel> open = ConcurrentHashMap.newKeySet();
    private final List<Future<?>> timers = new ArrayList<>();
    private final AtomicInteger begun = new AtomicInteger();
    private final AtomicInteger over = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();
    private boolean fromMany;
    private boolean deaf;
    private volatile boolean closed;

    Wave(Sockets sockets, int port, int connections, byte[] says) {
        this.sockets = sockets;
        this.port = port;
        this.connections = connections;
        this.says = new Prepared(says);
    }

    Wave fromMany() {
        fromMany = true;
        return this;
    }

    Wave deaf() {
        deaf = true;
        return this;
    }

    boolean isFromMany() {
        return fromMany;
    }

    boolean isDeaf() {
        return deaf;
    }

    int port() {
        return port;
    }

    void openNext() {
        if (!closed && begun.get() < connections) {
            sockets.connect(this, begun.getAndIncrement());
        }
    }

    /** One that could not be had counts as refused. */
    void failed() {
        refused.incrementAndGet();
        over.incrementAndGet();
        openNext();
    }

    ChannelInboundHandler connection() {
        return new Connection();
    }

    /** What happens on one of them. */
    private final class Connection extends ChannelInboundHandlerAdapter {
        private boolean wasHeard;

        @Override
        public void channelActive(ChannelHandlerContext context) {
            open.add(context.channel());
            if (closed) {
                var _ = context.close();
            } else {
                var _ = context.writeAndFlush(says.all());
            }
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ByteBuf octets = (ByteBuf) message;
            wasHeard = true;
            if (isRefusal(octets)) {
                refused.incrementAndGet();
            }
            octets.release();
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            open.remove(context.channel());
            if (!closed && !wasHeard) {
                refused.incrementAndGet();
            }
            over.incrementAndGet();
            openNext();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            var _ = context.close();
        }
    }

    private static boolean isRefusal(ByteBuf octets) {
        if (octets.readableBytes() < STATUS_LINE) {
            return false;
        }
        String line = octets.toString(octets.readerIndex(), STATUS_LINE, ISO_8859_1);
        return line.startsWith("HTTP/1.1 4") || line.startsWith("HTTP/1.1 5");
    }

    /** Waits until all that have been begun are open, or over. */
    Wave awaitOpen() {
        Eventually.isTrue("open connections", () -> open.size() + over.get() >= begun.get());
        return this;
    }

    /** Waits until all are over, each closed by the other side; fails if none ends for 30 s. */
    Wave awaitOver() {
        for (int ended = over.get(); ended < connections; ended = over.get()) {
            int before = ended;
            Eventually.isTrue("the end of connection " + before + " of " + connections, () -> over.get() > before);
        }
        return this;
    }

    /** Says more on each that is open. */
    Wave say(byte[] more) {
        Prepared said = new Prepared(more);
        for (Channel channel : open) {
            var _ = channel.writeAndFlush(said.all());
        }
        return this;
    }

    /** Says more on each that is open, again and again. */
    Wave drip(byte[] piece, long everyMs) {
        Prepared said = new Prepared(piece);
        timers.add(sockets.every(everyMs, () -> {
            for (Channel channel : open) {
                if (channel.isWritable()) {
                    var _ = channel.writeAndFlush(said.all());
                }
            }
        }));
        return this;
    }

    /** How many were refused: by a status, by a closed connection without a word, or by none at all. */
    int refused() {
        return refused.get();
    }

    /** How many the other side has closed. */
    int over() {
        return over.get();
    }

    /** Cuts off what is open, by RST. */
    void reset() {
        open.forEach(Wave::endByReset);
        close();
    }

    private static void endByReset(Channel channel) {
        try {
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
        } catch (ChannelException e) {
            // The engine or Envoy has closed the socket meanwhile, which then has no options.
        }
    }

    @Override
    public void close() {
        closed = true;
        timers.forEach(timer -> timer.cancel(false));
        for (Channel channel : open) {
            var _ = channel.close();
        }
    }
}
