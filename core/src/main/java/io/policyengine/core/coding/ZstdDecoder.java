package io.policyengine.core.coding;

import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import java.nio.ByteBuffer;

/** Decodes zstd, including concatenated frames (RFC 8878), with windows of at most 8 MiB (RFC 9659 §3). */
final class ZstdDecoder implements Layer {
    /** Binary logarithm of the maximum window size of zstd, in bytes (RFC 9659 §3). */
    private static final int MAX_WINDOW_LOG = 23;

    /** Maximum window size of a zstd frame, in bytes. Any frame may use it. */
    private static final long MAX_WINDOW = 1L << MAX_WINDOW_LOG;

    /**
     * Native memory of the decoder in addition to the window, in bytes: an input block, an output block, and tables.
     */
    private static final long STATE = 512L << 10;

    private final ZstdDecompressCtx context = new ZstdDecompressCtx();
    private final ByteBuffer scratch = ByteBuffer.allocate(SCRATCH);
    private boolean atEndOfFrame;
    private long output;

    ZstdDecoder() {
        context.setLongMax(MAX_WINDOW_LOG);
    }

    @Override
    public long nativeBytes(long moreOutput) {
        return STATE + Layer.filled(MAX_WINDOW, output, moreOutput);
    }

    @Override
    public void write(ByteBuffer input, Sink sink) throws CodingException {
        boolean full = false;
        while (input.hasRemaining() || (full && !atEndOfFrame)) {
            scratch.clear();
            atEndOfFrame = decompress(input);
            full = !scratch.hasRemaining();
            scratch.flip();
            output += scratch.remaining();
            sink.accept(scratch);
        }
    }

    private boolean decompress(ByteBuffer input) throws CodingException {
        try {
            return context.decompressByteBufferStream(scratch, input);
        } catch (ZstdException broken) {
            throw CodingException.malformed(Coding.ZSTD, String.valueOf(broken.getMessage()));
        }
    }

    @Override
    public void finish(Sink sink) throws CodingException {
        if (!atEndOfFrame) {
            throw CodingException.truncated(Coding.ZSTD);
        }
    }

    @Override
    public void close() {
        context.close();
    }
}
