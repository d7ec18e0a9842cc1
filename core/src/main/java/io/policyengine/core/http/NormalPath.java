package io.policyengine.core.http;

import java.util.HexFormat;

/**
 * The normal form of a path (RFC 3986 §6.2.2), in which policies and conditions compare paths. An encoded octet that a
 * segment may contain unencoded (§3.3: pchar) is decoded. All other octets except plain slashes are encoded, with
 * hexadecimal digits in upper case.
 *
 * <p>Two paths with the same normal form differ only in spelling. Each octet is decoded once, so that an encoded slash
 * stays different from a slash. Dot segments and empty segments stay; {@link PathRules} refuse them. Takes time linear
 * in the path, and allocates nothing for a path that is in normal form. Paths are strings of octets.
 */
public final class NormalPath {
    private static final HexFormat HEX = HexFormat.of().withUpperCase();
    private static final int MALFORMED = -1;
    private static final int ESCAPE = 3;

    /** The octets that stay unencoded in the normal form of a path, except for the percent sign. */
    private static final boolean[] PLAIN = plain();

    private NormalPath() {}

    /**
     * Returns the target with its path in normal form; the query stays unchanged. A target that does not begin with a
     * slash, such as the asterisk of OPTIONS, is not a path and stays unchanged.
     */
    public static String of(String target) {
        if (target.isEmpty() || target.charAt(0) != '/') {
            return target;
        }
        int query = target.indexOf('?');
        return normal(target, query < 0 ? target.length() : query, true);
    }

    /** Returns the normal form of a part of a path, such as a segment. A question mark is encoded. */
    public static String ofPart(String octets) {
        return normal(octets, octets.length(), true);
    }

    /**
     * Returns the normal form of a text to search for in paths. A percent sign that begins no escape stays, since the
     * text may end within an escape.
     */
    public static String ofFragment(String octets) {
        return normal(octets, octets.length(), false);
    }

    /**
     * Returns an RE2 regular expression with its literal characters in normal form: {@code %3A} becomes a colon, and
     * {@code %2f} becomes {@code %2F}. Character classes stay unchanged.
     */
    public static String ofPattern(String regex) {
        return new PathPattern(regex).normal();
    }

    /**
     * Converts an index in the normal form of a path to the index of the same octet in the path itself. If the octet is
     * escaped only in the normal form, any index in the escape is converted to the octet's index.
     *
     * @param path the path or a part of it, in any spelling
     */
    public static int indexIn(String path, int indexInNormal) {
        int normal = 0;
        int at = 0;
        while (at < path.length() && normal < indexInNormal) {
            int octet = octetAt(path, at, path.length());
            int length = isPlain(path, at, octet) ? 1 : ESCAPE;
            int width = width(path, at, octet);
            if (indexInNormal < normal + length) {
                return width == length ? at + indexInNormal - normal : at;
            }
            normal += length;
            at += width;
        }
        return at;
    }

    private static String normal(String octets, int end, boolean encodesMalformed) {
        int at = 0;
        while (at < end && isNormal(octets, at, end, encodesMalformed)) {
            at += width(octets, at, octetAt(octets, at, end));
        }
        if (at == end) {
            return octets;
        }
        StringBuilder normal = new StringBuilder(octets.length() + 2 * ESCAPE).append(octets, 0, at);
        while (at < end) {
            int octet = octetAt(octets, at, end);
            if (isPlain(octets, at, octet)) {
                normal.append((char) octet);
            } else if (octet != MALFORMED) {
                append(octet, normal);
            } else {
                normal.append(encodesMalformed ? "%25" : "%");
            }
            at += width(octets, at, octet);
        }
        return normal.append(octets, end, octets.length()).toString();
    }

    private static boolean isNormal(String octets, int at, int end, boolean encodesMalformed) {
        if (octets.charAt(at) != '%') {
            return isPlain(octets.charAt(at));
        }
        int octet = octetAt(octets, at, end);
        return octet == MALFORMED
                ? !encodesMalformed
                : !isPlain(octets, at, octet) && !isLower(octets.charAt(at + 1)) && !isLower(octets.charAt(at + 2));
    }

    /** Returns the octet at an index, decoded, or {@link #MALFORMED} for a percent sign that begins no escape. */
    static int octetAt(String path, int at, int end) {
        int octet = PathOctets.octetAt(path, at, end);
        return octet == PathOctets.MALFORMED ? MALFORMED : octet & 0xFF;
    }

    private static int width(String path, int at, int octet) {
        return path.charAt(at) == '%' && octet != MALFORMED ? ESCAPE : 1;
    }

    /** Returns whether the octet at an index is unencoded in the normal form. An encoded slash stays encoded. */
    private static boolean isPlain(String path, int at, int octet) {
        return octet != MALFORMED && PLAIN[octet] && (octet != '/' || path.charAt(at) == '/');
    }

    /** Returns whether the normal form may contain the character unencoded. */
    static boolean isPlain(int character) {
        return character < PLAIN.length && PLAIN[character];
    }

    static void append(int octet, StringBuilder text) {
        text.append('%').append(HEX.toHexDigits((byte) octet));
    }

    private static boolean isLower(char digit) {
        return digit >= 'a';
    }

    private static boolean[] plain() {
        boolean[] plain = new boolean[0x100];
        for (char c = '!'; c < 0x7F; c++) {
            plain[c] = "\"#%<>?[\\]^`{|}".indexOf(c) < 0;
        }
        return plain;
    }
}
