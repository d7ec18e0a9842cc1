package io.policyengine.admin.flight;

import org.jspecify.annotations.Nullable;

/**
 * Writes numbers and texts into an array of limited size. A number is a varint; each UTF-16 unit of a text takes one to
 * three bytes.
 */
final class ByteWriter {
    /** Maximum bytes of one encoded UTF-16 unit of a text. */
    private static final int LONGEST_UNIT = 3;

    /** Maximum bytes of an encoded number: a varint of 64 bits. */
    private static final int LONGEST_NUMBER = 10;

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

    /** Discards all written bytes after the first {@code length}. */
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
        byte[] to = bytes;
        int next = at;
        if (to.length - next < LONGEST_NUMBER) {
            full = true;
            return;
        }
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            to[next++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        to[next++] = (byte) rest;
        at = next;
    }

    /** Writes a number, or -1 if there is none. */
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
        if (bytes.length - at < LONGEST_UNIT * length) {
            full = true;
            return;
        }
        byte[] to = bytes;
        int next = at;
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (c < 0x80) {
                to[next++] = (byte) c;
            } else if (c < 0x800) {
                to[next++] = (byte) (0xC0 | (c >> 6));
                to[next++] = (byte) (0x80 | (c & 0x3F));
            } else {
                to[next++] = (byte) (0xE0 | (c >> 12));
                to[next++] = (byte) (0x80 | ((c >> 6) & 0x3F));
                to[next++] = (byte) (0x80 | (c & 0x3F));
            }
        }
        at = next;
    }
}
