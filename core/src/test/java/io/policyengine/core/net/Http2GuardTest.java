package io.policyengine.core.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http2.DefaultHttp2FrameReader;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameAdapter;
import io.netty.handler.codec.http2.Http2Headers;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The guard in front of Netty's HTTP/2 codec, on the side of the server. */
class Http2GuardTest {
    private final Http2ConnectionHandler http2 = new Http2ConnectionHandlerBuilder()
            .server(true)
            .frameListener(new Http2FrameAdapter())
            .build();
    private final EmbeddedChannel channel = new EmbeddedChannel(http2);
    private final ChannelHandlerContext context = channel.pipeline().context(http2);

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
    }

    /** RFC 9113 §4.3: a field block that cannot be decoded ends the connection. */
    @Test
    void writesFramesInOnePieceWhenTheChannelFillsUpInTheMiddleOfOne() throws Http2Exception {
        Http2Guard.install(channel.pipeline(), () -> {});
        http2.connection().remote().createStream(1, true);
        http2.connection().remote().createStream(3, true);
        sent();

        channel.pipeline().fireChannelRead(Unpooled.EMPTY_BUFFER);
        ChannelFuture headers = writeHeaders(1, false);
        ChannelFuture data = writeLastData(1);
        context.flush();
        fillUpWithTheNextWrite();
        ChannelFuture otherHeaders = writeHeaders(3, true);
        channel.pipeline().fireChannelReadComplete();
        channel.runPendingTasks();

        assertThat(sent()).containsExactly("HEADERS 1", "HEADERS 3", "DATA 1");
        assertThat(List.of(headers, data, otherHeaders)).allMatch(ChannelFuture::isSuccess);
    }

    private ChannelFuture writeHeaders(int stream, boolean last) {
        Http2Headers headers = new DefaultHttp2Headers().status("200").set("x-stream", "number-" + stream);
        return http2.encoder().writeHeaders(context, stream, headers, 0, last, context.newPromise());
    }

    private ChannelFuture writeLastData(int stream) {
        ByteBuf data = Unpooled.wrappedBuffer(new byte[100]);
        return http2.encoder().writeData(context, stream, data, 0, true, context.newPromise());
    }

    private void fillUpWithTheNextWrite() {
        int pending = (int) channel.unsafe().outboundBuffer().totalPendingWriteBytes();
        channel.config().setWriteBufferWaterMark(new WriteBufferWaterMark(pending, pending));
    }

    /** The frames of streams that were sent since the last call, as the other end reads them. */
    private List<String> sent() throws Http2Exception {
        ByteBuf octets = Unpooled.buffer();
        for (ByteBuf part = channel.readOutbound(); part != null; part = channel.readOutbound()) {
            octets.writeBytes(part);
            part.release();
        }
        List<String> frames = new ArrayList<>();
        new DefaultHttp2FrameReader().readFrame(context, octets, new Http2FrameAdapter() {
            @Override
            public void onHeadersRead(
                    ChannelHandlerContext context, int stream, Http2Headers headers, int padding, boolean last) {
                frames.add("HEADERS " + stream);
            }

            @Override
            public int onDataRead(ChannelHandlerContext context, int stream, ByteBuf data, int padding, boolean last) {
                frames.add("DATA " + stream);
                return data.readableBytes() + padding;
            }
        });
        octets.release();
        return frames;
    }
}
