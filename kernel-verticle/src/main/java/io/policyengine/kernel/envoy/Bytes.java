package io.policyengine.kernel.envoy;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;

/** Conversions of bodies between protobuf and Vert.x without a copy: the bytes of a body are never changed. */
final class Bytes {
    private Bytes() {}

    /** Shares the bytes, read-only. */
    static Buffer buffer(ByteString bytes) {
        return BufferInternal.buffer(Unpooled.wrappedBuffer(bytes.asReadOnlyByteBuffer()));
    }

    /** Shares the bytes. */
    static ByteString of(Buffer buffer) {
        return UnsafeByteOperations.unsafeWrap(
                ((BufferInternal) buffer).getByteBuf().nioBuffer());
    }
}
