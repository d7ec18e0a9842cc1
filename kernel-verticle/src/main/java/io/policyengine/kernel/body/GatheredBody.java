package io.policyengine.kernel.body;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.policyengine.core.vertx.ByteBufs;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;

/** A body that comes chunk by chunk and is to be whole. */
final class GatheredBody {
    /** Bytes up to which a chunk may be part of a message that is not counted. */
    static final int SMALL = 8 << 10;

    /** Bytes that even the smallest chunk takes while it is kept. */
    static final int MIN = 512;

    private final long max;
    private final List<ByteBuf> chunks = new ArrayList<>();
    private long length;

    /**
     * A body before any of it has come.
     *
     * @param max bytes of it at most
     */
    GatheredBody(long max) {
        this.max = max;
    }

    /** Keeps a chunk; false if the body is too long with it. */
    boolean add(Buffer chunk) {
        length += chunk.length();
        if (length > max) {
            chunks.clear();
            return false;
        }
        chunks.add(ByteBufs.of(kept(chunk)));
        return true;
    }

    /**
     * Returns the bytes, copied if the chunk is small: it is a view of an HTTP/2 frame, which must not stay in memory.
     */
    static Buffer kept(Buffer chunk) {
        return chunk.length() <= SMALL ? Buffer.buffer(chunk.getBytes()) : chunk;
    }

    /** All of it; what is not small is not copied. */
    Buffer join() {
        return ByteBufs.buffer(Unpooled.wrappedBuffer(Math.max(1, chunks.size()), chunks.toArray(ByteBuf[]::new)));
    }
}
