package io.policyengine.kernel.flight;

import org.jspecify.annotations.Nullable;

/** Writes numbers and texts to bytes, as many as there is room for. Numbers are varints, texts are UTF-16 units in one to three bytes. */
final class ByteWriter {
    private final byte[] bytes;
    private int at;
    private boolean full;

    ByteWriter(int capacity) {
        this.bytes = new byte[capacity];
    }

    void clear() {
        at = 0;
        full = false;
    }

    byte[] bytes() {
        return bytes;
    }

    int length() {
        return at;
    }

    boolean isFull() {
        return full;
    }

    /** Takes back all that was written from there on. */
    void truncate(int length) {
        at = length;
        full = false;
    }

    void octet(int value) {
        if (at < bytes.length) {
            bytes[at++] = (byte) value;
        } else {
            full = true;
        }
    }

    void setOctet(int place, int value) {
        bytes[place] = (byte) value;
    }

    void number(long value) {
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            octet((int) (rest & 0x7F) | 0x80);
            rest >>>= 7;
        }
        octet((int) rest);
    }

    /** A number that may be -1, and is not less. */
    void numberOrNone(long value) {
        number(value + 1);
    }

    void text(@Nullable String text, int most) {
        if (text == null) {
            number(0);
            return;
        }
        int length = Math.min(text.length(), most);
        number(length + 1L);
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (c < 0x80) {
                octet(c);
            } else if (c < 0x800) {
                octet(0xC0 | (c >> 6));
                octet(0x80 | (c & 0x3F));
            } else {
                octet(0xE0 | (c >> 12));
                octet(0x80 | ((c >> 6) & 0x3F));
                octet(0x80 | (c & 0x3F));
            }
        }
    }
}
