package io.policyengine.core.net;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.flush.FlushConsolidationHandler;
import io.policyengine.core.vertx.Channels;
import io.vertx.core.http.HttpConnection;

/**
 * Keeps an HTTP/2 connection when one of its streams fails, and gathers flushes.
 *
 * <p>Vert.x 5.0 closes the whole connection on an {@link Http2Exception.StreamException} that reaches the end of the pipeline.
 * Netty raises one there when a stream is reset while a write to it is queued with a void promise: the peer's RST_STREAM
 * arrives in the same read as its END_STREAM. The stream is gone already, nothing else is wrong: it is swallowed and counted.
 */
public final class Http2Guard {
    private static final String GUARD = "http2-guard";
    private static final String FLUSHES = "flush-consolidation";

    /** Flushes that are gathered at most while a read is going on. */
    private static final int MAX_FLUSHES = 256;

    private Http2Guard() {}

    /**
     * Guards a connection of a server ({@code connectionHandler}) or of a client ({@code withConnectHandler}). Called on the
     * connection's event loop, once is enough.
     *
     * @param swallowed called on the event loop for each failure of a stream that would have closed the connection
     */
    public static void install(HttpConnection connection, Runnable swallowed) {
        install(Channels.of(connection).pipeline(), swallowed);
    }

    static void install(ChannelPipeline pipeline, Runnable swallowed) {
        if (pipeline.get(GUARD) == null) {
            pipeline.addFirst(GUARD, new Guard(swallowed));
            pipeline.addFirst(FLUSHES, new Flushes());
        }
    }

    /**
     * Gathers flushes, and never makes one in the middle of a frame.
     *
     * <p>Netty writes a frame in two pieces: its header, then what it holds. Netty's handler flushes what it has gathered as soon
     * as the channel is full, which may be between the two. The flush makes room, at once the HTTP/2 codec writes the data that
     * were waiting for room, and they land inside the frame. The peer takes them for header fields, cannot decode them, and
     * ends the connection (COMPRESSION_ERROR, RFC 9113 §4.3). Nothing waits longer without that flush: the end of the read, or
     * the task that the first gathered flush has scheduled, makes it.
     */
    private static final class Flushes extends FlushConsolidationHandler {
        Flushes() {
            super(MAX_FLUSHES, true);
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext context) {
            context.fireChannelWritabilityChanged();
        }
    }

    private static final class Guard extends ChannelInboundHandlerAdapter {
        private final Runnable swallowed;

        Guard(Runnable swallowed) {
            this.swallowed = swallowed;
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            if (cause instanceof Http2Exception.StreamException) {
                swallowed.run();
            } else {
                context.fireExceptionCaught(cause);
            }
        }
    }
}
