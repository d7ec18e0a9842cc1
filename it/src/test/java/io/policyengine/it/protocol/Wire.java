package io.policyengine.it.protocol;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Parser;
import io.vertx.core.buffer.Buffer;

/** Messages out of bytes that are known to be good. */
final class Wire {
    static final String SERVICE = "policyengine.worker.v1.PolicyWorker/";

    private Wire() {}

    static ByteString bytes(Buffer buffer) {
        return ByteString.copyFrom(buffer.getBytes());
    }

    static Buffer buffer(ByteString bytes) {
        return Buffer.buffer(bytes.toByteArray());
    }

    static <M> M parse(Parser<M> parser, ByteString message) {
        try {
            return parser.parseFrom(message);
        } catch (InvalidProtocolBufferException malformed) {
            throw new IllegalStateException(malformed);
        }
    }
}
