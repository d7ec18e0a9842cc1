package io.policyengine.core.http;

/**
 * Reverses one level of percent-encoding as leniently as any server might: accepts {@code %uXXXX}, overlong UTF-8 and
 * look-alike characters, and drops invisible ones.
 */
final class PathDecoding {
    private PathDecoding() {}

    /** Returns the path, decoded once. Parts that cannot be decoded stay unchanged. */
    static String decode(String path) {
        int end = path.length();
        StringBuilder decoded = new StringBuilder(end);
        for (int i = 0; i < end; ) {
            int octet = PathOctets.octetAt(path, i, end);
            if (octet == PathOctets.MALFORMED) {
                i += malformed(path, i, end, decoded);
            } else if ((octet & 0xFF) < 0x80) {
                decoded.append((char) (octet & 0x7F));
                i += PathOctets.width(octet);
            } else {
                i = character(path, i, end, decoded);
            }
        }
        return decoded.toString();
    }

    /**
     * Appends the character that {@code %uXXXX} (IIS) encodes or, if the escape is malformed, the percent sign. Returns
     * the number of chars read.
     */
    private static int malformed(String path, int at, int end, StringBuilder decoded) {
        int codePoint = 0;
        if (at + 5 < end && (path.charAt(at + 1) | 0x20) == 'u') {
            for (int i = at + 2; i < at + 6 && codePoint >= 0; i++) {
                int digit = PathOctets.hex(path.charAt(i));
                codePoint = digit < 0 ? -1 : codePoint << 4 | digit;
            }
            String ascii = codePoint < 0 ? "" : ascii(codePoint);
            if (!ascii.isEmpty() || Ignorables.contain(codePoint)) {
                decoded.append(ascii);
                return 6;
            }
        }
        decoded.append('%');
        return 1;
    }

    private static int character(String path, int at, int end, StringBuilder decoded) {
        long character = PathOctets.characterAt(path, at, end);
        int next = PathOctets.end(character);
        int codePoint = PathOctets.codePoint(character);
        boolean isOne = PathOctets.quality(character) != PathOctets.INVALID;
        String ascii = isOne ? ascii(codePoint) : "";
        if (!ascii.isEmpty()) {
            decoded.append(ascii);
        } else if (!isOne || !Ignorables.contain(codePoint)) {
            for (int i = at; i < next; ) {
                int octet = PathOctets.octetAt(path, i, end);
                decoded.append((char) (octet & 0xFF));
                i += PathOctets.width(octet);
            }
        }
        return next;
    }

    private static String ascii(int codePoint) {
        return codePoint < 0x80 ? String.valueOf((char) codePoint) : Lookalikes.asciiOf(codePoint);
    }
}
