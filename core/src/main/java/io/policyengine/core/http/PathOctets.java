package io.policyengine.core.http;

/** Reads a path by octets or characters and decodes percent-encoding. Allocates nothing. */
final class PathOctets {
    /** A flag that is added to an octet if it was percent-encoded. */
    static final int ENCODED = 0x100;
    /** The result for a percent sign that is not followed by two hexadecimal digits. */
    static final int MALFORMED = -1;

    static final int VALID = 0;
    /** Quality of a character encoded with more octets than it needs. */
    static final int OVERLONG = 1;
    /** Quality of octets that do not encode a character. */
    static final int INVALID = 2;

    private static final int[] MIN = {0, 0, 0x80, 0x800, 0x10000, 0x200000, 0x4000000};

    private PathOctets() {}

    /**
     * Returns the octet at an index, plus {@link #ENCODED} if it is percent-encoded. Returns {@link #MALFORMED} for an
     * invalid escape.
     */
    static int octetAt(String path, int at, int end) {
        char c = path.charAt(at);
        if (c != '%') {
            return c & 0xFF;
        }
        if (at + 2 >= end) {
            return MALFORMED;
        }
        int high = hex(path.charAt(at + 1));
        int low = hex(path.charAt(at + 2));
        return high < 0 || low < 0 ? MALFORMED : ENCODED | (high << 4) | low;
    }

    /** Returns the number of chars that an octet occupies in the path. */
    static int width(int octet) {
        return octet >= ENCODED ? 3 : 1;
    }

    /** The value of a hexadecimal digit, or -1. */
    static int hex(int c) {
        if (c >= '0' && c <= '9') {
            return c - '0';
        }
        int letter = c | 0x20;
        return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
    }

    /**
     * Reads the character that begins at a non-ASCII octet. Returns the character's code point, quality ({@link
     * #VALID}, {@link #OVERLONG} or {@link #INVALID}) and end, packed into one number; {@link #codePoint},
     * {@link #quality} and {@link #end} unpack it.
     */
    static long characterAt(String path, int at, int end) {
        int first = octetAt(path, at, end);
        int next = at + width(first);
        int count = count(first & 0xFF);
        if (count < 2) {
            return packed(0, INVALID, next);
        }
        int codePoint = first & (0xFF >> (count + 1));
        int afterFirst = next;
        for (int i = 1; i < count; i++) {
            int octet = next < end ? octetAt(path, next, end) : MALFORMED;
            if (octet == MALFORMED || (octet & 0xC0) != 0x80) {
                return packed(0, INVALID, afterFirst);
            }
            codePoint = codePoint << 6 | (octet & 0x3F);
            next += width(octet);
        }
        if (codePoint < MIN[count]) {
            return packed(codePoint, OVERLONG, next);
        }
        boolean surrogate = codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
        return surrogate || codePoint > Character.MAX_CODE_POINT
                ? packed(0, INVALID, afterFirst)
                : packed(codePoint, VALID, next);
    }

    static int codePoint(long character) {
        return (int) (character >>> 32) & 0x3FFFFFF;
    }

    static int quality(long character) {
        return (int) (character >>> 60);
    }

    static int end(long character) {
        return (int) character;
    }

    /**
     * Returns the number of octets of a character that begins with the octet {@code first}, including the longer forms
     * of obsolete UTF-8; 1 if no character begins with this octet.
     */
    private static int count(int first) {
        return first >= 0xFE ? 1 : Integer.numberOfLeadingZeros(~(first << 24));
    }

    private static long packed(int codePoint, int quality, int end) {
        return (long) quality << 60 | (long) (codePoint & 0x3FFFFFF) << 32 | end;
    }
}
