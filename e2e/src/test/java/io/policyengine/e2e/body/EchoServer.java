package io.policyengine.e2e.body;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * An HTTP/1.1 upstream that answers with the body, its type and coding, and the trailers of the request, and says how it was
 * framed. Below {@code /events} it answers with Server-Sent Events that the test sends.
 */
final class EchoServer implements AutoCloseable {
    /** Field of a request: how the answer is to be framed. */
    static final String WANTED_FRAMING = "x-wanted-framing";

    /** Field of an answer: how the request was framed. */
    static final String SEEN_FRAMING = "x-seen-framing";

    /** Field of an answer: content-length of the request, if it had one. */
    static final String SEEN_LENGTH = "x-seen-length";

    /** Field of an answer: bytes of the request's body. */
    static final String SEEN_BYTES = "x-seen-bytes";

    private static final long PATIENCE_SECONDS = 30;

    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final BlockingQueue<Events> streams = new LinkedBlockingQueue<>();
    private final Channel server;

    /** Listens on a free port of loopback. */
    EchoServer() {
        server = new ServerBootstrap()
                .group(group)
                .channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new HttpServerCodec(), new Answers());
                    }
                })
                .bind("127.0.0.1", 0)
                .syncUninterruptibly()
                .channel();
    }

    int port() {
        return ((InetSocketAddress) server.localAddress()).getPort();
    }

    /** The stream of events that a request has asked for. */
    Events awaitEvents() {
        try {
            Events events = streams.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (events == null) {
                throw new AssertionError("no request for events came");
            }
            return events;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** An answer under way. */
    record Events(Channel channel) {
        /** Sends a part of it. */
        void send(String text) {
            var _ = channel.writeAndFlush(new DefaultHttpContent(Unpooled.copiedBuffer(text, StandardCharsets.UTF_8)));
        }

        /** Ends it. */
        void end() {
            var _ = channel.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT);
        }
    }

    private final class Answers extends Collector<HttpRequest> {
        Answers() {
            super(HttpRequest.class);
        }

        @Override
        void complete(ChannelHandlerContext context, Whole<HttpRequest> request) {
            if (request.head().uri().startsWith("/events")) {
                HttpResponse head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
                head.headers().set(HttpHeaderNames.CONTENT_TYPE, "text/event-stream");
                HttpUtil.setTransferEncodingChunked(head, true);
                var _ = context.writeAndFlush(head);
                streams.add(new Events(context.channel()));
            } else {
                var _ = context.writeAndFlush(echo(request));
            }
        }
    }

    private static FullHttpResponse echo(Collector.Whole<HttpRequest> request) {
        FullHttpResponse answer = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1,
                HttpResponseStatus.OK,
                Unpooled.wrappedBuffer(request.body().getBytes()));
        answer.headers().set(SEEN_FRAMING, request.framing());
        answer.headers().set(SEEN_BYTES, request.body().length());
        String length = request.header(HttpHeaderNames.CONTENT_LENGTH);
        if (length != null) {
            answer.headers().set(SEEN_LENGTH, length);
        }
        String coding = request.header(HttpHeaderNames.CONTENT_ENCODING);
        if (coding != null) {
            answer.headers().set(HttpHeaderNames.CONTENT_ENCODING, coding);
        }
        String type = request.header(HttpHeaderNames.CONTENT_TYPE);
        if (type != null) {
            answer.headers().set(HttpHeaderNames.CONTENT_TYPE, type);
        }
        if (Collector.Framing.CHUNKED.name().equals(request.header(WANTED_FRAMING))) {
            HttpUtil.setTransferEncodingChunked(answer, true);
            answer.trailingHeaders().set(request.trailers());
        } else {
            HttpUtil.setContentLength(answer, request.body().length());
        }
        return answer;
    }

    @Override
    public void close() {
        server.close().syncUninterruptibly();
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }
}
