package io.policyengine.kernel.envoy;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.netty.buffer.Unpooled;
import io.policyengine.core.vertx.ByteBufs;
import io.vertx.core.buffer.Buffer;

/** Converts bodies between protobuf and Vert.x without copying, because a body's bytes never change. */
final class Bytes {
    private Bytes() {}

    /** Returns a read-only view of the bytes. */
    static Buffer buffer(ByteString bytes) {
        return ByteBufs.buffer(Unpooled.wrappedBuffer(bytes.asReadOnlyByteBuffer()));
    }

    /** Returns a view of the bytes. */
    static ByteString of(Buffer buffer) {
        return UnsafeByteOperations.unsafeWrap(ByteBufs.of(buffer).nioBuffer());
    }
}
