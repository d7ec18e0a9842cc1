package io.policyengine.core.http;

import java.nio.charset.StandardCharsets;

/** Converts octet strings: strings in which each char is one octet, the form of header values and request targets. */
public final class Octets {
    private Octets() {}

    /** Returns the octets of the text in UTF-8. */
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
     * Returns whether the text stands for exactly one octet string. A text with U+FFFD may stand for several, since
     * {@link #toText} returns this character for any invalid octets. A text with an unpaired surrogate stands for none,
     * since it has no octets in UTF-8.
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
