package io.policyengine.e2e.body;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Gathers messages without changing their framing, of which one is under way at a time.
 *
 * @param <M> requests or responses
 */
abstract class Collector<M extends HttpMessage> extends SimpleChannelInboundHandler<HttpObject> {
    private final Class<M> type;
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private @Nullable M head;

    Collector(Class<M> type) {
        super(HttpObject.class);
        this.type = type;
    }

    /** How the end of a body is told. */
    enum Framing {
        LENGTH,
        CHUNKED,
        NONE;

        static Framing of(HttpMessage message) {
            if (message.headers().contains(HttpHeaderNames.CONTENT_LENGTH)) {
                return LENGTH;
            }
            return HttpUtil.isTransferEncodingChunked(message) ? CHUNKED : NONE;
        }
    }

    /** A message that has come; the trailers are perhaps empty. */
    record Whole<M extends HttpMessage>(M head, Buffer body, HttpHeaders trailers) {
        Framing framing() {
            return Framing.of(head);
        }

        /** A field; null if it is not there. */
        @Nullable
        String header(CharSequence name) {
            return head.headers().get(name);
        }
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, HttpObject object) {
        if (type.isInstance(object)) {
            head = type.cast(object);
            body.reset();
        }
        if (object instanceof HttpContent content) {
            byte[] bytes = new byte[content.content().readableBytes()];
            content.content().readBytes(bytes);
            body.writeBytes(bytes);
            arrived(bytes);
        }
        if (object instanceof LastHttpContent last) {
            complete(
                    context,
                    new Whole<>(
                            Objects.requireNonNull(head), Buffer.buffer(body.toByteArray()), last.trailingHeaders()));
        }
    }

    /** Bytes of the body have come, perhaps none. */
    void arrived(byte[] bytes) {}

    /** All of it has come. */
    abstract void complete(ChannelHandlerContext context, Whole<M> message);
}
