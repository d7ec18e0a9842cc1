package io.policyengine.core.coding;

import java.nio.ByteBuffer;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * Decodes deflate, which is the zlib format (RFC 9110 §8.4.1.2, RFC 1950). Also accepts raw streams, because some
 * senders omit zlib's header and checksum; the first two bytes distinguish the forms.
 */
final class DeflateDecoder implements Layer {
    /** Native memory of an {@link Inflater}, in bytes: its window of 32 KiB, and tables. */
    private static final long STATE = 48L << 10;

    private static final int METHOD_DEFLATE = 8;
    private static final int HEADER_CHECK = 31;

    private final byte[] scratch = new byte[SCRATCH];
    private int firstOctet = -1;
    private @Nullable Inflater inflater;

    @Override
    public long nativeBytes(long moreOutput) {
        return STATE;
    }

    @Override
    public void write(ByteBuffer input, Sink sink) throws CodingException {
        Inflater opened = inflater;
        if (opened != null) {
            inflate(opened, input, sink);
        } else if (firstOctet < 0) {
            firstOctet = input.get() & 0xff;
            if (input.hasRemaining()) {
                write(input, sink);
            }
        } else {
            opened = new Inflater(!isZlibHeader(firstOctet, input.get(input.position()) & 0xff));
            inflater = opened;
            inflate(opened, ByteBuffer.wrap(new byte[] {(byte) firstOctet}), sink);
            inflate(opened, input, sink);
        }
    }

    /**
     * Returns whether the two bytes are a zlib header (RFC 1950 §2.2). A raw stream could begin with them only if its
     * padding was not zero.
     */
    private static boolean isZlibHeader(int first, int second) {
        return (first & 0x0f) == METHOD_DEFLATE && (first << Byte.SIZE | second) % HEADER_CHECK == 0;
    }

    private void inflate(Inflater opened, ByteBuffer input, Sink sink) throws CodingException {
        opened.setInput(input);
        try {
            for (int length = opened.inflate(scratch); length > 0; length = opened.inflate(scratch)) {
                sink.accept(ByteBuffer.wrap(scratch, 0, length));
            }
        } catch (DataFormatException broken) {
            throw CodingException.malformed(Coding.DEFLATE, "its compressed data is broken");
        }
        if (opened.needsDictionary()) {
            throw CodingException.malformed(Coding.DEFLATE, "it needs a dictionary");
        }
        if (input.hasRemaining()) {
            throw CodingException.trailing(Coding.DEFLATE);
        }
    }

    @Override
    public void finish(Sink sink) throws CodingException {
        if (inflater == null || !inflater.finished()) {
            throw CodingException.truncated(Coding.DEFLATE);
        }
    }

    @Override
    public void close() {
        if (inflater != null) {
            inflater.end();
        }
    }
}
