package io.policyengine.policies.content.shared.openapi.value;

import io.policyengine.core.http.Octets;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Decodes percent-encoding (RFC 3986 §2.1) once and strictly: an invalid escape or invalid UTF-8 is a fault. */
public final class PercentCoding {
    private PercentCoding() {}

    /**
     * Returns the decoded text, or null if it is malformed.
     *
     * @param plusIsSpace true to decode plus signs as spaces, as in a form (URL standard,
     *     application/x-www-form-urlencoded)
     */
    public static @Nullable String decode(String octets, boolean plusIsSpace) {
        if (isPlain(octets, plusIsSpace)) {
            return octets;
        }
        StringBuilder decoded = new StringBuilder(octets.length());
        for (int i = 0; i < octets.length(); i++) {
            char c = octets.charAt(i);
            if (c == '%') {
                int high = i + 2 < octets.length() ? hex(octets.charAt(i + 1)) : -1;
                int low = high < 0 ? -1 : hex(octets.charAt(i + 2));
                if (low < 0) {
                    return null;
                }
                decoded.append((char) ((high << 4) | low));
                i += 2;
            } else {
                decoded.append(plusIsSpace && c == '+' ? ' ' : c);
            }
        }
        return utf8(decoded.toString());
    }

    private static boolean isPlain(String octets, boolean plusIsSpace) {
        for (int i = 0; i < octets.length(); i++) {
            char c = octets.charAt(i);
            if (c == '%' || c >= 0x80 || (plusIsSpace && c == '+')) {
                return false;
            }
        }
        return true;
    }

    /** Decodes UTF-8; returns null if the octets are invalid. */
    public static @Nullable String utf8(String octets) {
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
