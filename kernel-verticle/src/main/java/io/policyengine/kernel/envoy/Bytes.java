package io.policyengine.kernel.envoy;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.netty.buffer.Unpooled;
import io.policyengine.core.vertx.ByteBufs;
import io.vertx.core.buffer.Buffer;

/** Conversions of bodies between protobuf and Vert.x without a copy: the bytes of a body are never changed. */
final class Bytes {
    private Bytes() {}

    /** Shares the bytes, read-only. */
    static Buffer buffer(ByteString bytes) {
        return ByteBufs.buffer(Unpooled.wrappedBuffer(bytes.asReadOnlyByteBuffer()));
    }

    /** Shares the bytes. */
    static ByteString of(Buffer buffer) {
        return UnsafeByteOperations.unsafeWrap(ByteBufs.of(buffer).nioBuffer());
    }
}
