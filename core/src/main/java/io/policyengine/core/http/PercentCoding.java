package io.policyengine.core.http;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Decodes percent-encoding once (RFC 3986 §2.1). */
public final class PercentCoding {
    private static final int ESCAPE = 3;

    private PercentCoding() {}

    /**
     * Decodes octets to a text; returns null if an escape or the UTF-8 is malformed.
     *
     * @param plusIsSpace whether a plus sign means a space, as in a form (URL standard,
     *     application/x-www-form-urlencoded)
     */
    public static @Nullable String decode(String octets, boolean plusIsSpace) {
        return isWellFormed(octets) ? utf8(octets(octets, plusIsSpace)) : null;
    }

    /**
     * Returns the decoded octets, whatever their charset. A malformed escape stays unchanged, as in the URL standard.
     *
     * @param plusIsSpace whether a plus sign means a space, as in a form
     */
    public static String octets(String octets, boolean plusIsSpace) {
        if (octets.indexOf('%') < 0 && !(plusIsSpace && octets.indexOf('+') >= 0)) {
            return octets;
        }
        StringBuilder decoded = new StringBuilder(octets.length());
        for (int i = 0; i < octets.length(); i++) {
            char c = octets.charAt(i);
            int escaped = c == '%' ? escapedAt(octets, i) : -1;
            if (escaped >= 0) {
                decoded.append((char) escaped);
                i += ESCAPE - 1;
            } else {
                decoded.append(plusIsSpace && c == '+' ? ' ' : c);
            }
        }
        return decoded.toString();
    }

    private static boolean isWellFormed(String octets) {
        for (int at = octets.indexOf('%'); at >= 0; at = octets.indexOf('%', at + ESCAPE)) {
            if (escapedAt(octets, at) < 0) {
                return false;
            }
        }
        return true;
    }

    /** Returns the octet that the escape at a percent sign encodes; -1 if it is malformed. */
    private static int escapedAt(String octets, int percent) {
        if (percent + 2 >= octets.length()) {
            return -1;
        }
        int high = hex(octets.charAt(percent + 1));
        int low = hex(octets.charAt(percent + 2));
        return high < 0 || low < 0 ? -1 : (high << 4) | low;
    }

    /** Decodes UTF-8; returns null if the octets are invalid. */
    public static @Nullable String utf8(String octets) {
        if (Octets.isAscii(octets)) {
            return octets;
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(Octets.toBytes(octets)))
                    .toString();
        } catch (CharacterCodingException malformed) {
            return null;
        }
    }

    private static int hex(char digit) {
        return digit < 0x80 ? Character.digit(digit, 16) : -1;
    }
}
