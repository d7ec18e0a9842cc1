package io.policyengine.core.net;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.flush.FlushConsolidationHandler;
import io.policyengine.core.vertx.Channels;
import io.vertx.core.http.HttpConnection;

/**
 * Keeps an HTTP/2 connection open when one of its streams fails, and consolidates flushes.
 *
 * <p>Vert.x 5.0 closes the connection when an {@link Http2Exception.StreamException} reaches the end of the pipeline.
 * Netty raises this exception if a stream is reset while a write with a void promise is queued. This happens when the
 * peer's END_STREAM and RST_STREAM arrive in the same read. The connection itself is intact, so the guard swallows and
 * counts the exception.
 */
public final class Http2Guard {
    private static final String GUARD = "http2-guard";
    private static final String FLUSHES = "flush-consolidation";

    /** Maximum number of flushes consolidated during one read of an HTTP/2 connection. */
    private static final int MAX_FLUSHES = 256;

    private Http2Guard() {}

    /**
     * Guards a connection of a server ({@code connectionHandler}) or a client ({@code withConnectHandler}). Call on the
     * connection's event loop; idempotent.
     *
     * @param swallowed called on the event loop for each stream failure that would have closed the connection
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
     * Consolidates flushes, and never flushes in the middle of a frame.
     *
     * <p>Netty writes a frame in two pieces: its header, then its payload. Netty's own handler flushes as soon as the
     * channel is full, possibly between the two pieces. The flush makes room, so the HTTP/2 codec immediately writes
     * queued data, inside the frame. The peer reads that data as header fields, cannot decode them, and ends the
     * connection (COMPRESSION_ERROR, RFC 9113 §4.3). Omitting Netty's flush delays nothing: everything is flushed at
     * the end of the read, or by the task that the first consolidated flush scheduled.
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
