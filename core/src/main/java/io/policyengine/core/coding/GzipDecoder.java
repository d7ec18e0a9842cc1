package io.policyengine.core.coding;

import java.nio.ByteBuffer;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** Decodes gzip, including concatenated members, and verifies their checksums and lengths (RFC 1952). */
final class GzipDecoder implements Layer {
    /** Native memory of an {@link Inflater}, in bytes: its window of 32 KiB, and tables. */
    private static final long STATE = 48L << 10;

    private static final int TRAILER_LENGTH = 8;

    private enum Part {
        HEADER,
        DATA,
        TRAILER
    }

    private final Inflater inflater = new Inflater(true);
    private final byte[] scratch = new byte[SCRATCH];
    private final GzipHeader header = new GzipHeader();
    private final CRC32 crc = new CRC32();
    private Part part = Part.HEADER;
    /** The part of the trailer read so far: the checksum in the lower four bytes, the length in the upper four. */
    private long trailer;

    private int trailerRead;

    @Override
    public long nativeBytes(long moreOutput) {
        return STATE;
    }

    @Override
    public void write(ByteBuffer input, Sink sink) throws CodingException {
        while (input.hasRemaining()) {
            switch (part) {
                case HEADER -> {
                    if (header.read(input)) {
                        part = Part.DATA;
                    }
                }
                case DATA -> inflate(input, sink);
                case TRAILER -> readTrailer(input);
            }
        }
    }

    private void inflate(ByteBuffer input, Sink sink) throws CodingException {
        inflater.setInput(input);
        try {
            for (int length = inflater.inflate(scratch); length > 0; length = inflater.inflate(scratch)) {
                crc.update(scratch, 0, length);
                sink.accept(ByteBuffer.wrap(scratch, 0, length));
            }
        } catch (DataFormatException broken) {
            throw CodingException.malformed(Coding.GZIP, "its compressed data is broken");
        }
        if (inflater.finished()) {
            part = Part.TRAILER;
        }
    }

    private void readTrailer(ByteBuffer input) throws CodingException {
        while (trailerRead < TRAILER_LENGTH && input.hasRemaining()) {
            trailer |= (input.get() & 0xffL) << (Byte.SIZE * trailerRead++);
        }
        if (trailerRead == TRAILER_LENGTH) {
            checkTrailer();
            startMember();
        }
    }

    private void checkTrailer() throws CodingException {
        if ((int) trailer != (int) crc.getValue()) {
            throw CodingException.malformed(Coding.GZIP, "it does not match its checksum");
        }
        if ((int) (trailer >>> Integer.SIZE) != (int) inflater.getBytesWritten()) {
            throw CodingException.malformed(Coding.GZIP, "its length differs from the length in its trailer");
        }
    }

    private void startMember() {
        header.reset();
        inflater.reset();
        crc.reset();
        trailer = 0;
        trailerRead = 0;
        part = Part.HEADER;
    }

    @Override
    public void finish(Sink sink) throws CodingException {
        if (part != Part.HEADER || !header.isUntouched()) {
            throw CodingException.truncated(Coding.GZIP);
        }
    }

    @Override
    public void close() {
        inflater.end();
    }
}
