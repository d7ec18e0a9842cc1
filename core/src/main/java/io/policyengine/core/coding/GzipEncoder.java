package io.policyengine.core.coding;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;

/** Compresses with gzip, as one member without file name and time (RFC 1952). */
final class GzipEncoder implements Layer {
    /** The header of every body: method deflate, no flags, no time, operating system unknown. */
    private static final byte[] HEADER = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 0xff};

    private static final int TRAILER_LENGTH = 8;

    private final DeflateEncoder deflate = new DeflateEncoder(true);
    private final CRC32 crc = new CRC32();
    private long length;

    @Override
    public long nativeBytes(long moreOutput) {
        return deflate.nativeBytes(moreOutput);
    }

    @Override
    public void write(ByteBuffer input, Sink sink) throws CodingException {
        if (length == 0) {
            sink.accept(ByteBuffer.wrap(HEADER));
        }
        length += input.remaining();
        crc.update(input.duplicate());
        deflate.write(input, sink);
    }

    @Override
    public void flush(Sink sink) throws CodingException {
        deflate.flush(sink);
    }

    @Override
    public void finish(Sink sink) throws CodingException {
        deflate.finish(sink);
        sink.accept(ByteBuffer.allocate(TRAILER_LENGTH)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt((int) crc.getValue())
                .putInt((int) length)
                .flip());
    }

    @Override
    public void close() {
        deflate.close();
    }
}
