package io.policyengine.policies.format.form;

import io.policyengine.core.http.HeaderMap;
import java.nio.charset.Charset;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;

/**
 * The charsets that a form may state for its texts. Policies read texts as UTF-8, so a server that follows another
 * stated charset would read other texts. For instance, ISO-2022-JP has escapes between letters, which are not
 * characters of the text.
 */
public final class FormCharset {
    /** The field whose value is the charset of all texts of a form (RFC 7578 §4.6). */
    private static final String FIELD = "_charset_";

    private static final Set<String> UTF_8 = Set.of("utf-8", "utf8", "us-ascii");
    private static final Set<String> WIDE = Set.of("utf-16", "utf-16le", "utf-16be", "utf-32", "utf-32le", "utf-32be");
    /** The charset that some clients state for contents that are not text. */
    private static final String NO_TEXT = "binary";

    /**
     * Characters of several scripts. A charset that encodes any of them with a leading ASCII octet switches character
     * sets by escapes.
     */
    private static final String SAMPLES = "\u00E9\u042F\u3042\uFF71\u4E2D\uD55C";

    private static final int ASCII = 0x80;

    private FormCharset() {}

    /** Returns whether a field with the given name states the charset of the form. Ignores case, as browsers do. */
    public static boolean isField(String name) {
        return HeaderMap.lowerCase(name).equals(FIELD);
    }

    /** Returns whether the name denotes UTF-8 or its subset US-ASCII. */
    public static boolean isUtf8(String name) {
        return UTF_8.contains(HeaderMap.lowerCase(name));
    }

    /**
     * Returns whether ASCII octets mean the same characters in a charset as in UTF-8, unless they follow a non-ASCII
     * octet. False for UTF-7, for EBCDIC, and for charsets that switch character sets by escapes.
     */
    public static boolean keepsAscii(String name) {
        boolean isNone = name.isEmpty() || HeaderMap.lowerCase(name).equals(NO_TEXT);
        return isNone
                || isUtf8(name)
                || known(name).filter(FormCharset::isLikeAscii).isPresent();
    }

    /**
     * Returns whether the charset {@linkplain #keepsAscii keeps ASCII}, or is UTF-16 or UTF-32, which can be recognized
     * by zeros among the octets.
     */
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
