package io.policyengine.core.coding;

import com.aayushatharva.brotli4j.decoder.DecoderJNI;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;

/**
 * Decodes br (RFC 7932). Windows are at most 16 MiB, the maximum of the format; the extension for larger windows is
 * disabled.
 */
final class BrotliDecoder implements Layer {
    /** Maximum size of a Brotli window, in bytes. */
    private static final long MAX_WINDOW = 16L << 20;

    /**
     * Native memory of the decoder in addition to the window, in bytes. It holds 256 trees of each of the three kinds
     * in their largest form, their maps, and buffers.
     */
    private static final long STATE = 3L << 20;

    private static final int SHORT_BITS = 0x7;
    private static final int LONG_BITS = 0x7F;

    private final DecoderJNI.Wrapper decoder;
    private long window = -1;
    private long output;
    private boolean destroyed;

    BrotliDecoder() {
        try {
            this.decoder = new DecoderJNI.Wrapper(SCRATCH, SCRATCH);
        } catch (IOException outOfMemory) {
            throw new UncheckedIOException(outOfMemory);
        }
    }

    /** Returns the size of the window in bytes, as stated in the first octet of a body (RFC 7932 §9.1, WBITS). */
    static long windowOf(byte first) {
        if ((first & 1) == 0) {
            return 1L << 16;
        }
        int high = (first >> 1) & SHORT_BITS;
        if (high != 0) {
            return 1L << (17 + high);
        }
        int low = (first & LONG_BITS) >> 4;
        return low == 0 ? 1L << 17 : low == 1 ? MAX_WINDOW : 1L << (8 + low);
    }

    /** The native memory in bytes; 0 after the end of the compressed data, even if the message continues. */
    @Override
    public long nativeBytes(long moreOutput) {
        return destroyed ? 0 : STATE + Layer.filled(window < 0 ? MAX_WINDOW : window, output, moreOutput);
    }

    @Override
    public void announce(byte octet) {
        if (window < 0) {
            window = windowOf(octet);
        }
    }

    @Override
    public void write(ByteBuffer input, Sink sink) throws CodingException {
        announce(input.get(input.position()));
        while (input.hasRemaining()) {
            if (destroyed) {
                throw CodingException.trailing(Coding.BR);
            }
            decoder.push(Layer.fill(decoder.getInputBuffer(), input));
            drain(sink);
            if (decoder.getStatus() == DecoderJNI.Status.DONE) {
                close();
            }
        }
    }

    /**
     * Passes all output to the sink. After producing output, the decoder must be called once more, even if it reports
     * that it needs input.
     */
    private void drain(Sink sink) throws CodingException {
        boolean asked = true;
        while (true) {
            switch (status()) {
                case NEEDS_MORE_OUTPUT -> {
                    ByteBuffer pulled = decoder.pull();
                    output += pulled.remaining();
                    sink.accept(pulled);
                    asked = false;
                }
                case OK -> decoder.push(0);
                case NEEDS_MORE_INPUT -> {
                    if (asked) {
                        return;
                    }
                    decoder.push(0);
                    asked = true;
                }
                case DONE -> {
                    return;
                }
                case ERROR ->
                    throw CodingException.malformed(Coding.BR, "its data is broken, or more bytes follow its end");
            }
        }
    }

    private DecoderJNI.Status status() {
        return decoder.hasOutput() ? DecoderJNI.Status.NEEDS_MORE_OUTPUT : decoder.getStatus();
    }

    @Override
    public void finish(Sink sink) throws CodingException {
        if (!destroyed) {
            throw CodingException.truncated(Coding.BR);
        }
    }

    @Override
    public void close() {
        if (!destroyed) {
            destroyed = true;
            decoder.destroy();
        }
    }
}
