package io.policyengine.kernel.remote;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import com.google.protobuf.UnsafeByteOperations;
import io.netty.buffer.Unpooled;
import io.policyengine.core.http.Octets;
import io.policyengine.core.worker.WorkerException;
import io.policyengine.core.worker.WorkerException.Kind;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Bytes as they travel. Shares them where nobody changes them any more. */
final class Wire {
    private static final String SERVICE = "policyengine.worker.v1.PolicyWorker/";

    private Wire() {}

    static String method(String name) {
        return SERVICE + name;
    }

    static ByteString octets(String octets) {
        return UnsafeByteOperations.unsafeWrap(Octets.toBytes(octets));
    }

    static String octets(ByteString bytes) {
        return bytes.toString(StandardCharsets.ISO_8859_1);
    }

    /** The same bytes: nobody changes them any more. */
    static ByteString bytes(Buffer buffer) {
        return UnsafeByteOperations.unsafeWrap(
                ((BufferInternal) buffer).getByteBuf().nioBuffer());
    }

    /** Read-only: nobody changes a body. */
    static Buffer buffer(ByteString bytes) {
        return BufferInternal.buffer(Unpooled.wrappedBuffer(bytes.asReadOnlyByteBuffer()));
    }

    static Buffer buffer(MessageLite message) {
        return BufferInternal.buffer(Unpooled.wrappedBuffer(message.toByteArray()));
    }

    /**
     * A message that a worker sent.
     *
     * @throws WorkerException of kind INVALID_ANSWER if it does not decode
     */
    static <M> M parse(Parser<M> parser, Buffer message) {
        try {
            CodedInputStream input = bytes(message).newCodedInput();
            input.enableAliasing(true);
            M parsed = parser.parseFrom(input);
            input.checkLastTagWas(0);
            return parsed;
        } catch (IOException malformed) {
            throw new WorkerException(Kind.INVALID_ANSWER, "the answer does not decode: " + malformed.getMessage());
        }
    }
}
