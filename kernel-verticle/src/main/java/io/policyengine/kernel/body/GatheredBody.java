package io.policyengine.kernel.body;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.policyengine.core.vertx.ByteBufs;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;

/** Gathers a whole body from chunks. */
final class GatheredBody {
    /** Maximum bytes of a chunk that is copied. A small chunk may be part of a message whose memory is not counted. */
    static final int SMALL = 8 << 10;

    /** Each kept chunk counts as at least {@value} bytes. */
    static final int MIN = 512;

    private final long max;
    private final List<ByteBuf> chunks = new ArrayList<>();
    private long length;

    /**
     * Creates a body without chunks.
     *
     * @param max maximum bytes of the body
     */
    GatheredBody(long max) {
        this.max = max;
    }

    /** Keeps a chunk. Returns false if the body becomes too long. */
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
     * Returns the chunk, or a copy if it is small. A small chunk would otherwise keep its whole HTTP/2 frame in memory.
     */
    static Buffer kept(Buffer chunk) {
        return chunk.length() <= SMALL ? Buffer.buffer(chunk.getBytes()) : chunk;
    }

    /** Joins the chunks to the whole body, without copying them. */
    Buffer join() {
        return ByteBufs.buffer(Unpooled.wrappedBuffer(Math.max(1, chunks.size()), chunks.toArray(ByteBuf[]::new)));
    }
}
