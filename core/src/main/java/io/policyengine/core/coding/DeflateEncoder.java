package io.policyengine.core.coding;

import java.nio.ByteBuffer;
import java.util.zip.Deflater;

/** Compresses with deflate, in the zlib format (RFC 9110 §8.4.1.2, RFC 1950). */
final class DeflateEncoder implements Layer {
    /** Native memory of a {@link Deflater}, in bytes: window, hash chains, and output that is not written yet. */
    private static final long STATE = 288L << 10;

    private static final int LEVEL = 4;

    private final Deflater deflater;
    private final byte[] scratch = new byte[SCRATCH];

    DeflateEncoder() {
        this(false);
    }

    /**
     * Creates an encoder.
     * @param raw true to omit zlib's header and checksum
     */
    DeflateEncoder(boolean raw) {
        this.deflater = new Deflater(LEVEL, raw);
    }

    @Override
    public long nativeBytes(long moreOutput) {
        return STATE;
    }

    @Override
    public void write(ByteBuffer input, Sink sink) throws CodingException {
        deflater.setInput(input);
        deflate(Deflater.NO_FLUSH, sink);
    }

    @Override
    public void flush(Sink sink) throws CodingException {
        deflate(Deflater.SYNC_FLUSH, sink);
    }

    @Override
    public void finish(Sink sink) throws CodingException {
        deflater.finish();
        deflate(Deflater.NO_FLUSH, sink);
    }

    /** Writes all available output. A call that does not fill the buffer produces the last part. */
    private void deflate(int mode, Sink sink) throws CodingException {
        int length;
        do {
            length = deflater.deflate(scratch, 0, scratch.length, mode);
            sink.accept(ByteBuffer.wrap(scratch, 0, length));
        } while (length == scratch.length);
    }

    @Override
    public void close() {
        deflater.end();
    }
}
