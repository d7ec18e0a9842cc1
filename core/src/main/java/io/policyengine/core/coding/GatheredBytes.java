package io.policyengine.core.coding;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.policyengine.core.coding.Layer.Sink;
import io.policyengine.core.vertx.ByteBufs;
import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Gathers bytes on the heap in chunks. A single growing array would temporarily need up to three times the memory
 * whenever it is copied.
 */
final class GatheredBytes implements Sink {
    private static final int SMALLEST_CHUNK = 512;

    /** Maximum size of a chunk of gathered bytes on the heap, in bytes. */
    private static final int LARGEST_CHUNK = 64 * 1024;

    private final List<ByteBuf> chunks = new ArrayList<>();
    private ByteBuf current = Unpooled.EMPTY_BUFFER;

    @Override
    public void accept(ByteBuffer bytes) {
        while (bytes.hasRemaining()) {
            if (!current.isWritable()) {
                int wanted = Math.max(bytes.remaining(), 2 * current.capacity());
                current = Unpooled.wrappedBuffer(new byte[Math.clamp(wanted, SMALLEST_CHUNK, LARGEST_CHUNK)])
                        .clear();
                chunks.add(current);
            }
            int length = Math.min(bytes.remaining(), current.writableBytes());
            current.writeBytes(bytes.slice(bytes.position(), length));
            bytes.position(bytes.position() + length);
        }
    }

    /**
     * Removes and returns the gathered bytes, without spare capacity, because callers may keep them for a long time.
     */
    Buffer take() {
        if (chunks.isEmpty()) {
            return Buffer.buffer();
        }
        if (current.isWritable()) {
            chunks.set(chunks.size() - 1, current.copy());
        }
        Buffer taken = ByteBufs.buffer(Unpooled.wrappedBuffer(chunks.size(), chunks.toArray(ByteBuf[]::new)));
        chunks.clear();
        current = Unpooled.EMPTY_BUFFER;
        return taken;
    }
}
