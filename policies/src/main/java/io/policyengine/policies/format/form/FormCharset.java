package io.policyengine.policies.format.form;

import io.policyengine.core.http.HeaderMap;
import java.nio.charset.Charset;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;

/**
 * The charsets that a form may state for its texts: in any other, a server that follows the statement reads other texts than policies do, which
 * read UTF-8. Switches of ISO-2022-JP between two letters, for instance, are no characters there.
 */
public final class FormCharset {
    /** The field whose value is the charset of all texts of a form (RFC 7578 §4.6). */
    private static final String FIELD = "_charset_";

    private static final Set<String> UTF_8 = Set.of("utf-8", "utf8", "us-ascii");
    private static final Set<String> WIDE = Set.of("utf-16", "utf-16le", "utf-16be", "utf-32", "utf-32le", "utf-32be");
    /** Stated by clients for contents that are no text. */
    private static final String NO_TEXT = "binary";

    /** Characters of the sets between which escapes switch. */
    private static final String SAMPLES = "\u00E9\u042F\u3042\uFF71\u4E2D\uD55C";

    private static final int ASCII = 0x80;

    private FormCharset() {}

    /** Returns whether the field of this name states the charset of the form, in any case as browsers take it. */
    public static boolean isField(String name) {
        return HeaderMap.lowerCase(name).equals(FIELD);
    }

    /** Returns whether it is UTF-8, or the part of it that is ASCII. */
    public static boolean isUtf8(String name) {
        return UTF_8.contains(HeaderMap.lowerCase(name));
    }

    /**
     * Returns whether the octets of ASCII, where they stand behind none beyond ASCII, are the same characters as in UTF-8. They are not in UTF-7, in
     * EBCDIC, and where escapes switch between sets of characters.
     */
    public static boolean keepsAscii(String name) {
        boolean isNone = name.isEmpty() || HeaderMap.lowerCase(name).equals(NO_TEXT);
        return isNone
                || isUtf8(name)
                || known(name).filter(FormCharset::isLikeAscii).isPresent();
    }

    /** Returns whether it {@linkplain #keepsAscii keeps ASCII}, or shows itself by the zeros in its octets. */
    public static boolean showsItself(String name) {
        return keepsAscii(name) || WIDE.contains(HeaderMap.lowerCase(name));
    }

    private static Optional<Charset> known(String name) {
        try {
            return Optional.of(Charset.forName(name)).filter(Charset::canEncode);
        } catch (IllegalArgumentException unknown) {
            return Optional.empty();
        }
    }

    private static boolean isLikeAscii(Charset charset) {
        byte[] ascii = new byte[ASCII];
        for (int i = 0; i < ASCII; i++) {
            ascii[i] = (byte) i;
        }
        if (!new String(ascii, charset).equals(new String(ascii, StandardCharsets.US_ASCII))) {
            return false;
        }
        CharsetEncoder encoder = charset.newEncoder();
        return SAMPLES.chars()
                .filter(sample -> encoder.canEncode((char) sample))
                .allMatch(sample -> String.valueOf((char) sample).getBytes(charset)[0] < 0);
    }
}
