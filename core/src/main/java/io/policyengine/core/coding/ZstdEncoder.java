package io.policyengine.core.coding;

import com.github.luben.zstd.EndDirective;
import com.github.luben.zstd.ZstdCompressCtx;
import java.nio.ByteBuffer;

/** Compresses with zstd, as one frame (RFC 8878). */
final class ZstdEncoder implements Layer {
    /** Native memory of the encoder, in bytes: its window, its tables, and a block that is not written yet. */
    private static final long STATE = 1600L << 10;

    private static final int LEVEL = 3;
    /** Binary logarithm of the window's size, which is 256 KiB. */
    private static final int WINDOW_LOG = 18;

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final ZstdCompressCtx context = new ZstdCompressCtx();
    private final ByteBuffer scratch = ByteBuffer.allocate(SCRATCH);

    ZstdEncoder() {
        context.setLevel(LEVEL).setWindowLog(WINDOW_LOG);
    }

    @Override
    public long nativeBytes(long moreOutput) {
        return STATE;
    }

    @Override
    public void write(ByteBuffer input, Sink sink) throws CodingException {
        while (input.hasRemaining()) {
            compress(input, EndDirective.CONTINUE, sink);
        }
    }

    @Override
    public void flush(Sink sink) throws CodingException {
        compressAll(EndDirective.FLUSH, sink);
    }

    @Override
    public void finish(Sink sink) throws CodingException {
        compressAll(EndDirective.END, sink);
    }

    private void compressAll(EndDirective directive, Sink sink) throws CodingException {
        boolean complete;
        do {
            complete = compress(NOTHING.duplicate(), directive, sink);
        } while (!complete);
    }

    private boolean compress(ByteBuffer input, EndDirective directive, Sink sink) throws CodingException {
        scratch.clear();
        boolean complete = context.compressByteBufferStream(scratch, input, directive);
        sink.accept(scratch.flip());
        return complete;
    }

    @Override
    public void close() {
        context.close();
    }
}
