package io.policyengine.core.vertx;

import io.netty.buffer.ByteBuf;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;

/** Converts between Vert.x buffers and Netty buffers without copying the bytes. */
public final class ByteBufs {
    private ByteBufs() {}

    /** Returns the bytes of a buffer without a copy. Changing the result's indices changes those of the buffer. */
    public static ByteBuf of(Buffer buffer) {
        return ((BufferInternal) buffer).getByteBuf();
    }

    /** Returns a buffer over the readable bytes without a copy. */
    public static Buffer buffer(ByteBuf bytes) {
        return BufferInternal.buffer(bytes);
    }
}
