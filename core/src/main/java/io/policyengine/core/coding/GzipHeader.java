package io.policyengine.core.coding;

import java.nio.ByteBuffer;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.zip.CRC32;

/** Parses and discards the header of a gzip member, which may arrive in pieces of any size (RFC 1952 §2.3). */
final class GzipHeader {
    private static final int[] MAGIC_AND_METHOD = {0x1f, 0x8b, 8};
    private static final int FLAGS_AT = MAGIC_AND_METHOD.length;
    private static final int FIXED_LENGTH = 10;
    private static final int RESERVED_FLAGS = 0xe0;

    private enum Part {
        FIXED(0),
        EXTRA_LENGTH(1 << 2),
        EXTRA(1 << 2),
        NAME(1 << 3),
        COMMENT(1 << 4),
        CRC(1 << 1),
        END(0);

        /** The flag by which a gzip header announces an optional part; 0 for a mandatory part. */
        private final int flag;

        Part(int flag) {
            this.flag = flag;
        }
    }

    private final CRC32 crc = new CRC32();
    private Iterator<Part> ahead = afterFixed();
    private Part part = Part.FIXED;
    /** The number of bytes of the current part that have been read. */
    private int read;

    private int flags;
    /** The value of the last two-byte number that was read. */
    private int number;

    void reset() {
        crc.reset();
        ahead = afterFixed();
        begin(Part.FIXED);
    }

    private static Iterator<Part> afterFixed() {
        return EnumSet.complementOf(EnumSet.of(Part.FIXED)).iterator();
    }

    /** Returns whether no byte of the header has been read. */
    boolean isUntouched() {
        return part == Part.FIXED && read == 0;
    }

    /** Reads input and returns whether the header is complete. */
    boolean read(ByteBuffer input) throws CodingException {
        while (part != Part.END && input.hasRemaining()) {
            read(input.get() & 0xff);
        }
        return part == Part.END;
    }

    private void read(int octet) throws CodingException {
        if (part != Part.CRC) {
            crc.update(octet);
        }
        int at = read++;
        boolean complete = switch (part) {
            case FIXED -> readFixed(at, octet);
            case EXTRA_LENGTH -> readNumber(at, octet);
            case EXTRA -> read == number;
            case NAME, COMMENT -> octet == 0;
            case CRC -> readCrc(at, octet);
            case END -> true;
        };
        if (complete) {
            begin(next());
        }
    }

    private boolean readFixed(int at, int octet) throws CodingException {
        if (at < MAGIC_AND_METHOD.length && octet != MAGIC_AND_METHOD[at]) {
            throw CodingException.malformed(Coding.GZIP, "no gzip header where one should be");
        }
        if (at == FLAGS_AT) {
            if ((octet & RESERVED_FLAGS) != 0) {
                throw CodingException.malformed(Coding.GZIP, "its header uses reserved flags");
            }
            flags = octet;
        }
        return read == FIXED_LENGTH;
    }

    /** Reads one byte of a little-endian two-byte number, and returns whether the number is complete. */
    private boolean readNumber(int at, int octet) {
        number = at == 0 ? octet : number | octet << 8;
        return at == 1;
    }

    private boolean readCrc(int at, int octet) throws CodingException {
        boolean complete = readNumber(at, octet);
        if (complete && number != (crc.getValue() & 0xffff)) {
            throw CodingException.malformed(Coding.GZIP, "its header does not match the checksum");
        }
        return complete;
    }

    private Part next() {
        Part next;
        do {
            next = ahead.next();
        } while (!isPresent(next));
        return next;
    }

    private boolean isPresent(Part candidate) {
        boolean flagged = candidate.flag == 0 || (flags & candidate.flag) != 0;
        return flagged && (candidate != Part.EXTRA || number > 0);
    }

    private void begin(Part next) {
        part = next;
        read = 0;
    }
}
