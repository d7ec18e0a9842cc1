package io.policyengine.core.http;

import java.nio.charset.StandardCharsets;

/** Converts octet strings: strings in which each char is one octet, the form of header values and request targets. */
public final class Octets {
    private Octets() {}

    /** Encodes the text in UTF-8. */
    public static String fromText(String text) {
        return isAscii(text) ? text : new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    /** Decodes the octets as UTF-8. Invalid octets become U+FFFD. */
    public static String toText(String octets) {
        return isAscii(octets) ? octets : new String(toBytes(octets), StandardCharsets.UTF_8);
    }

    /** Converts each byte to one char. */
    public static String fromBytes(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    /** Converts each char to one byte. */
    public static byte[] toBytes(String octets) {
        return octets.getBytes(StandardCharsets.ISO_8859_1);
    }

    /**
     * Returns whether exactly one octet string decodes to the text. Several may decode to a text with U+FFFD, since
     * {@link #toText} returns this character for any invalid octets. None decodes to a text with an unpaired surrogate,
     * since UTF-8 cannot encode it.
     */
    public static boolean isExact(String text) {
        return isAscii(text)
                || (text.indexOf('\uFFFD') < 0
                        && text.codePoints()
                                .noneMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE));
    }

    static boolean isAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) > 0x7F) {
                return false;
            }
        }
        return true;
    }
}
