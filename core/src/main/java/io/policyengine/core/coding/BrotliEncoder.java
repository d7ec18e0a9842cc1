package io.policyengine.core.coding;

import com.aayushatharva.brotli4j.encoder.Encoder;
import com.aayushatharva.brotli4j.encoder.EncoderJNI;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;

/** Compresses with br (RFC 7932). */
final class BrotliEncoder implements Layer {
    /**
     * Native memory of the encoder, in bytes: twice its window, its hash table, and a block that is not written yet.
     */
    private static final long STATE = 1792L << 10;

    private static final int QUALITY = 4;
    /** Binary logarithm of the window's size, which is 256 KiB. */
    private static final int WINDOW_LOG = 18;

    private final EncoderJNI.Wrapper encoder;

    BrotliEncoder() {
        try {
            this.encoder = new EncoderJNI.Wrapper(SCRATCH, QUALITY, WINDOW_LOG, Encoder.Mode.GENERIC);
        } catch (IOException outOfMemory) {
            throw new UncheckedIOException(outOfMemory);
        }
    }

    @Override
    public long nativeBytes(long moreOutput) {
        return STATE;
    }

    @Override
    public void write(ByteBuffer input, Sink sink) throws CodingException {
        while (input.hasRemaining()) {
            encode(EncoderJNI.Operation.PROCESS, Layer.fill(encoder.getInputBuffer(), input), sink);
        }
    }

    @Override
    public void flush(Sink sink) throws CodingException {
        encode(EncoderJNI.Operation.FLUSH, 0, sink);
    }

    @Override
    public void finish(Sink sink) throws CodingException {
        encode(EncoderJNI.Operation.FINISH, 0, sink);
    }

    private void encode(EncoderJNI.Operation operation, int length, Sink sink) throws CodingException {
        encoder.push(operation, length);
        while (encoder.isSuccess() && (encoder.hasMoreOutput() || encoder.hasRemainingInput())) {
            if (encoder.hasMoreOutput()) {
                sink.accept(encoder.pull());
            } else {
                encoder.push(operation, 0);
            }
        }
        if (!encoder.isSuccess()) {
            throw new IllegalStateException("the br encoder failed, probably for lack of native memory");
        }
    }

    @Override
    public void close() {
        encoder.destroy();
    }
}
