package io.policyengine.core.vertx;

import io.netty.buffer.ByteBuf;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;

/** Converts between Vert.x buffers and Netty buffers without copying the bytes. */
public final class ByteBufs {
    private ByteBufs() {}

    /** Returns a buffer's bytes without copying them. Changing the result's indices changes the buffer's indices. */
    public static ByteBuf of(Buffer buffer) {
        return ((BufferInternal) buffer).getByteBuf();
    }

    /** Returns a buffer of the readable bytes, without copying them. */
    public static Buffer buffer(ByteBuf bytes) {
        return BufferInternal.buffer(bytes);
    }
}
