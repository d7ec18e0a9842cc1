package io.policyengine.e2e.body;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2StreamChannelBootstrap;
import io.netty.handler.codec.http2.Http2StreamFrameToHttpObjectCodec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Sends requests with bodies and trailers, over HTTP/1.1 or HTTP/2, each over a connection of its own. */
final class BodyClient implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 20;

    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final int port;

    /** A client of the server on this port. */
    BodyClient(int port) {
        this.port = port;
    }

    /** What is spoken. */
    enum Protocol {
        HTTP_1,
        HTTP_2
    }

    /**
     * A request.
     *
     * @param chunks of the body as they are written; empty: none
     * @param chunked whether its length is not told
     */
    record Request(
            String path,
            Map<String, String> headers,
            List<byte[]> chunks,
            boolean chunked,
            Map<String, String> trailers) {
        private HttpRequest head() {
            HttpMethod method = chunks.isEmpty() && !chunked ? HttpMethod.GET : HttpMethod.POST;
            HttpRequest head = new DefaultHttpRequest(HttpVersion.HTTP_1_1, method, path);
            head.headers().set(HttpHeaderNames.HOST, "e2e");
            headers.forEach(head.headers()::set);
            if (chunked) {
                HttpUtil.setTransferEncodingChunked(head, true);
            } else if (!chunks.isEmpty()) {
                HttpUtil.setContentLength(
                        head, chunks.stream().mapToLong(chunk -> chunk.length).sum());
            }
            return head;
        }

        void writeTo(Channel channel) {
            HttpRequest head = head();
            if (head.method().equals(HttpMethod.GET)) {
                var _ = channel.writeAndFlush(new DefaultFullHttpRequest(
                        head.protocolVersion(),
                        head.method(),
                        path,
                        Unpooled.EMPTY_BUFFER,
                        head.headers(),
                        EmptyHttpHeaders.INSTANCE));
                return;
            }
            var _ = channel.write(head);
            for (byte[] chunk : chunks) {
                var _ = channel.writeAndFlush(new DefaultHttpContent(Unpooled.wrappedBuffer(chunk)));
            }
            LastHttpContent last = new DefaultLastHttpContent();
            trailers.forEach(last.trailingHeaders()::set);
            var _ = channel.writeAndFlush(last);
        }
    }

    /** An answer under way. */
    static final class Answer extends Collector<HttpResponse> {
        private final CompletableFuture<Whole<HttpResponse>> whole = new CompletableFuture<>();
        private final BlockingQueue<String> arrivals = new LinkedBlockingQueue<>();
        private String text = "";

        private Answer() {
            super(HttpResponse.class);
        }

        /** Waits until the body so far ends in this. */
        void awaitText(String end) {
            try {
                while (!text.endsWith(end)) {
                    String more = arrivals.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
                    if (more == null) {
                        throw new AssertionError("'" + end + "' did not come, only '" + text + "'");
                    }
                    text += more;
                }
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        /**
         * Waits for all of it.
         *
         * @throws IOException if it broke off or did not come
         */
        Whole<HttpResponse> awaitWhole() throws IOException {
            try {
                return whole.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            } catch (ExecutionException broken) {
                throw new IOException(broken.getCause());
            } catch (TimeoutException late) {
                throw new IOException("no whole answer within " + PATIENCE_SECONDS + " s", late);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        void arrived(byte[] bytes) {
            arrivals.add(new String(bytes, StandardCharsets.ISO_8859_1));
        }

        @Override
        void complete(ChannelHandlerContext context, Whole<HttpResponse> message) {
            whole.complete(message);
            Channel parent = context.channel().parent();
            var _ = (parent == null ? context.channel() : parent).close();
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            whole.completeExceptionally(new IOException("closed before the answer was whole"));
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            whole.completeExceptionally(cause);
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event instanceof Http2ResetFrame reset) {
                whole.completeExceptionally(new IOException("reset: " + Http2Error.valueOf(reset.errorCode())));
            }
        }
    }

    /** Sends a request. */
    Answer send(Protocol protocol, Request request) {
        Answer answer = new Answer();
        switch (protocol) {
            case HTTP_1 -> request.writeTo(connect(new HttpClientCodec(), answer));
            case HTTP_2 -> {
                Channel connection = connect(
                        Http2FrameCodecBuilder.forClient()
                                .initialSettings(Http2Settings.defaultSettings().pushEnabled(false))
                                .build(),
                        new Http2MultiplexHandler(new ChannelInboundHandlerAdapter()));
                Channel stream = new Http2StreamChannelBootstrap(connection)
                        .handler(handlers(new Http2StreamFrameToHttpObjectCodec(false), answer))
                        .open()
                        .syncUninterruptibly()
                        .getNow();
                request.writeTo(stream);
            }
        }
        return answer;
    }

    private Channel connect(ChannelHandler... handlers) {
        return new Bootstrap()
                .group(group)
                .channel(NioSocketChannel.class)
                .handler(handlers(handlers))
                .connect("127.0.0.1", port)
                .syncUninterruptibly()
                .channel();
    }

    private static ChannelHandler handlers(ChannelHandler... handlers) {
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                channel.pipeline().addLast(handlers);
            }
        };
    }

    @Override
    public void close() {
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }
}
