package io.policyengine.admin.flight;

import org.jspecify.annotations.Nullable;

/** Reads numbers and texts that {@link ByteWriter} wrote. */
final class ByteReader {
    private final byte[] bytes;
    private int at;

    /** Creates a reader that begins at an index of the array. */
    ByteReader(byte[] bytes, int at) {
        this.bytes = bytes;
        this.at = at;
    }

    int octet() {
        return bytes[at++] & 0xFF;
    }

    long number() {
        long value = 0;
        int shift = 0;
        int next;
        do {
            next = octet();
            value |= (long) (next & 0x7F) << shift;
            shift += 7;
        } while ((next & 0x80) != 0);
        return value;
    }

    long numberOrNone() {
        return number() - 1;
    }

    int count() {
        return (int) number();
    }

    @Nullable
    String textOrNull() {
        int length = (int) number() - 1;
        if (length < 0) {
            return null;
        }
        StringBuilder text = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            int first = octet();
            if (first < 0x80) {
                text.append((char) first);
            } else if (first < 0xE0) {
                text.append((char) ((first & 0x1F) << 6 | (octet() & 0x3F)));
            } else {
                text.append((char) ((first & 0x0F) << 12 | (octet() & 0x3F) << 6 | (octet() & 0x3F)));
            }
        }
        return text.toString();
    }

    String text() {
        String text = textOrNull();
        return text == null ? "" : text;
    }
}
