package io.policyengine.protocol;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.Message;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import com.google.protobuf.UnsafeByteOperations;
import io.netty.buffer.Unpooled;
import io.policyengine.core.http.Octets;
import io.policyengine.core.vertx.ByteBufs;
import io.policyengine.core.worker.WorkerException;
import io.policyengine.core.worker.WorkerException.Kind;
import io.policyengine.wire.WireValues;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Conversions of bytes between protobuf and Vert.x without a copy, as the bytes are no longer changed. */
final class WireBytes {
    private WireBytes() {}

    static ByteString octets(String octets) {
        return UnsafeByteOperations.unsafeWrap(Octets.toBytes(octets));
    }

    static String octets(ByteString bytes) {
        return bytes.toString(StandardCharsets.ISO_8859_1);
    }

    /** Returns the bytes of a message or a body, which must no longer be changed. */
    static ByteString bytes(Buffer buffer) {
        return UnsafeByteOperations.unsafeWrap(ByteBufs.of(buffer).nioBuffer());
    }

    /** Returns a read-only view of the bytes. */
    static Buffer buffer(ByteString bytes) {
        return ByteBufs.buffer(Unpooled.wrappedBuffer(bytes.asReadOnlyByteBuffer()));
    }

    static Buffer buffer(MessageLite message) {
        return ByteBufs.buffer(Unpooled.wrappedBuffer(message.toByteArray()));
    }

    /** Returns the empty text for a missing one: the protocol has no other form. */
    static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }

    static @Nullable String orNull(String text) {
        return text.isEmpty() ? null : text;
    }

    /**
     * Decodes a worker's message, unless it has more values than {@link WireValues} allows.
     *
     * @param type any message of its type
     * @throws WorkerException of kind INVALID_ANSWER if it does not decode, or has too many values
     */
    static <M extends Message> M answer(M type, Buffer encoded) {
        try {
            ByteString bytes = bytes(encoded);
            WireValues.check(bytes, type.getDescriptorForType());
            return parse(parserOf(type), bytes);
        } catch (IOException malformed) {
            throw new WorkerException(Kind.INVALID_ANSWER, "the answer does not decode: " + malformed.getMessage());
        }
    }

    static <M> M question(Parser<M> parser, ByteString encoded) throws MalformedCallException {
        try {
            return parse(parser, encoded);
        } catch (IOException malformed) {
            throw new MalformedCallException("the message does not decode: " + malformed.getMessage());
        }
    }

    /** Returns the parser of a message, which parses messages of the same type. */
    @SuppressWarnings("unchecked")
    private static <M extends Message> Parser<M> parserOf(M type) {
        return (Parser<M>) type.getParserForType();
    }

    /** Parses a message that shares the bytes. */
    private static <M> M parse(Parser<M> parser, ByteString bytes) throws IOException {
        CodedInputStream input = bytes.newCodedInput();
        input.enableAliasing(true);
        M message = parser.parseFrom(input);
        input.checkLastTagWas(0);
        return message;
    }
}
