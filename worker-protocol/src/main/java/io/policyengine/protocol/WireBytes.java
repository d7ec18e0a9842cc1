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

/** Converts bytes between protobuf and Vert.x without copying them. The bytes must not change afterwards. */
final class WireBytes {
    private WireBytes() {}

    static ByteString octets(String octets) {
        return UnsafeByteOperations.unsafeWrap(Octets.toBytes(octets));
    }

    static String octets(ByteString bytes) {
        return bytes.toString(StandardCharsets.ISO_8859_1);
    }

    /** Returns the bytes of a message or body, which must not change afterwards. */
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

    /** Returns the text, or an empty text for null: the protocol represents an absent text as an empty one. */
    static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }

    static @Nullable String orNull(String text) {
        return text.isEmpty() ? null : text;
    }

    /**
     * Decodes a worker's message. Rejects a message with more values than {@link WireValues} permits.
     *
     * @param type any message of the same type
     * @throws WorkerException of kind INVALID_ANSWER if the message is malformed or has too many values
     */
    static <M extends Message> M answer(M type, Buffer encoded) {
        try {
            ByteString bytes = bytes(encoded);
            WireValues.check(bytes, type.getDescriptorForType());
            return parse(parserOf(type), bytes);
        } catch (IOException malformed) {
            throw new WorkerException(Kind.INVALID_ANSWER, "the answer cannot be decoded: " + malformed.getMessage());
        }
    }

    static <M> M question(Parser<M> parser, ByteString encoded) throws MalformedCallException {
        try {
            return parse(parser, encoded);
        } catch (IOException malformed) {
            throw new MalformedCallException("the message cannot be decoded: " + malformed.getMessage());
        }
    }

    @SuppressWarnings("unchecked")
    private static <M extends Message> Parser<M> parserOf(M type) {
        return (Parser<M>) type.getParserForType();
    }

    /** Parses a message that shares the given bytes instead of copying them. */
    private static <M> M parse(Parser<M> parser, ByteString bytes) throws IOException {
        CodedInputStream input = bytes.newCodedInput();
        input.enableAliasing(true);
        M message = parser.parseFrom(input);
        input.checkLastTagWas(0);
        return message;
    }
}
