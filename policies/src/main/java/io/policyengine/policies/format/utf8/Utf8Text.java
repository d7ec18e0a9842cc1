package io.policyengine.policies.format.utf8;

import java.util.Arrays;

/**
 * Converts a text in UTF-8, UTF-16 or UTF-32 to UTF-8 as its bytes arrive. A byte order mark or zeros among the first
 * bytes determine the encoding, as in JSON readers (RFC 4627 §3). Without them the text is UTF-8 and stays unchanged. A
 * byte order mark is kept. Invalid characters of UTF-16 or UTF-32 become U+FFFD.
 */
public final class Utf8Text {
    private static final int FIRST = 4;
    private static final int REPLACEMENT = 0xFFFD;
    /** Maximum UTF-8 bytes that one call outputs for characters that earlier calls left incomplete. */
    private static final int MAX_PENDING = 8;

    private final int[] first = new int[FIRST];
    private int gathered;
    /** The bytes of a code unit; 0 until the encoding is known. */
    private int width;

    private boolean isBigEndian;
    private int unit;
    private int octets;
    /** The first half of an incomplete surrogate pair; 0 if there is none. */
    private int high;

    private boolean isDamaged;

    private byte[] out = {};
    private int length;

    /**
     * Converts the bytes from {@code start} (inclusive) to {@code end} (exclusive); returns the text that they
     * complete, as UTF-8.
     */
    public byte[] take(byte[] bytes, int start, int end) {
        int from = start;
        while (width == 0 && from < end) {
            first[gathered++] = bytes[from++] & 0xFF;
            look();
        }
        if (width == 0 || (width == 1 && gathered == 0)) {
            return Arrays.copyOfRange(bytes, from, end);
        }
        out = new byte[2 * (gathered + end - from) + MAX_PENDING];
        length = 0;
        for (int i = 0; i < gathered; i++) {
            octet(first[i]);
        }
        gathered = 0;
        for (int i = from; i < end; i++) {
            octet(bytes[i] & 0xFF);
        }
        byte[] text = Arrays.copyOf(out, length);
        out = new byte[] {};
        return text;
    }

    /** Returns whether all bytes so far form complete, valid characters of UTF-16 or UTF-32. UTF-8 is not checked. */
    public boolean isSound() {
        return !isDamaged && high == 0 && octets == 0 && gathered == 0;
    }

    /** Determines the encoding once enough bytes have arrived. Two bytes may suffice for UTF-8. */
    private void look() {
        if (gathered == 2 && first[0] == 0) {
            is(first[1] == 0 ? 4 : 2, true);
        } else if (gathered == 2 && first[0] == 0xFE && first[1] == 0xFF) {
            is(2, true);
        } else if (gathered == 2 && !mayBeLittleEndian()) {
            is(1, true);
        } else if (gathered == FIRST) {
            is(first[2] == 0 && first[3] == 0 ? 4 : 2, false);
        }
    }

    private boolean mayBeLittleEndian() {
        return first[1] == 0 || (first[0] == 0xFF && first[1] == 0xFE);
    }

    private void is(int bytesOfUnit, boolean bigEndian) {
        width = bytesOfUnit;
        isBigEndian = bigEndian;
    }

    private void octet(int octet) {
        if (width == 1) {
            out[length++] = (byte) octet;
            return;
        }
        unit = isBigEndian ? (unit << 8) | octet : unit | (octet << (8 * octets));
        if (++octets == width) {
            int whole = unit;
            unit = 0;
            octets = 0;
            unit(whole);
        }
    }

    private void unit(int whole) {
        boolean isSurrogate = whole >= Character.MIN_SURROGATE && whole <= Character.MAX_SURROGATE;
        boolean isHigh = isSurrogate && whole <= Character.MAX_HIGH_SURROGATE;
        int before = high;
        high = 0;
        if (before != 0 && isSurrogate && !isHigh) {
            character(Character.toCodePoint((char) before, (char) whole));
            return;
        }
        if (before != 0) {
            damaged();
        }
        if (width == 2 && isHigh) {
            high = whole;
        } else {
            boolean isCharacter = !isSurrogate && Character.isValidCodePoint(whole);
            if (isCharacter) {
                character(whole);
            } else {
                damaged();
            }
        }
    }

    private void damaged() {
        isDamaged = true;
        character(REPLACEMENT);
    }

    private void character(int codePoint) {
        if (codePoint < 0x80) {
            out[length++] = (byte) codePoint;
        } else if (codePoint < 0x800) {
            out[length++] = (byte) (0xC0 | (codePoint >> 6));
            goOn(codePoint);
        } else if (codePoint < 0x10000) {
            out[length++] = (byte) (0xE0 | (codePoint >> 12));
            goOn(codePoint >> 6);
            goOn(codePoint);
        } else {
            out[length++] = (byte) (0xF0 | (codePoint >> 18));
            goOn(codePoint >> 12);
            goOn(codePoint >> 6);
            goOn(codePoint);
        }
    }

    private void goOn(int bits) {
        out[length++] = (byte) (0x80 | (bits & 0x3F));
    }
}
