package io.policyengine.e2e.attack;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;

/** Octets that are written to many connections, from one place outside of the heap, so that no connection takes a copy. */
final class Prepared {
    private final ByteBuf octets;

    Prepared(byte[] octets) {
        ByteBuffer direct = ByteBuffer.allocateDirect(octets.length).put(octets).flip();
        this.octets = Unpooled.unreleasableBuffer(Unpooled.wrappedBuffer(direct));
    }

    /** All of them, for one write. */
    ByteBuf all() {
        return octets.duplicate();
    }
}
