package io.policyengine.policies.content.virusscan.content;

import io.policyengine.core.work.StopSignal;
import io.vertx.core.buffer.Buffer;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;

/**
 * Decodes a text in base64, in either alphabet, with or without a leading {@code data:…;base64,} (RFC 2397).
 *
 * <p>Lenient decoders differ on a text that is only mostly base64. They skip other characters. At padding, they stop,
 * decode a further text, or skip the padding. Such a text is decoded in each of these ways, and each result is a
 * content item.
 */
final class LooseBase64 {
    /**
     * Minimum characters of a text that is decoded as base64. Harmful content is longer, but keys and ids are often
     * shorter.
     */
    static final int MIN_LENGTH = 64;

    /**
     * Minimum number of base64 digits per other character in a text that is decoded. Prose and most URLs have fewer.
     */
    private static final int DIGITS_PER_OTHER = 24;

    /** Minimum number of base64 digits per blank in a text that is not exactly base64. Prose has fewer. */
    private static final int DIGITS_PER_BLANK = 10;

    /** Mask of the number of characters read. The stop signal is checked each time the masked number is zero. */
    private static final int STOP_MASK = (64 << 10) - 1;

    private static final String DATA = "data:";
    private static final String BASE64 = "base64";

    private LooseBase64() {}

    /**
     * The byte sequences that decoders may read from a text.
     *
     * @param isExact true if the text is well-formed base64, apart from blanks
     */
    record Readings(boolean isExact, List<Buffer> contents) {
        private static final Readings NONE = new Readings(true, List.of());

        Readings {
            contents = List.copyOf(contents);
        }
    }

    /** Reads a text, in time linear in its length. */
    static Readings of(String text, StopSignal stop) {
        Readings ofUrl = ofDataUrl(text, stop);
        return ofUrl.contents().isEmpty() ? ofPlain(text, stop) : ofUrl;
    }

    private static Readings ofDataUrl(String text, StopSignal stop) {
        int from = 0;
        while (from < text.length() && text.charAt(from) <= ' ') {
            from++;
        }
        int comma = text.regionMatches(true, from, DATA, 0, DATA.length()) ? text.indexOf(',', from) : -1;
        if (comma < 0) {
            return Readings.NONE;
        }
        String type = text.substring(from, comma).strip().toLowerCase(Locale.ROOT);
        String before = type.endsWith(BASE64)
                ? type.substring(0, type.length() - BASE64.length()).strip()
                : "";
        return before.endsWith(";") ? ofPlain(unescaped(text.substring(comma + 1)), stop) : Readings.NONE;
    }

    /** Decodes percent-encoding; returns the text unchanged if its percent-encoding is malformed. */
    private static String unescaped(String text) {
        try {
            return text.indexOf('%') < 0
                    ? text
                    : URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.ISO_8859_1);
        } catch (IllegalArgumentException malformed) {
            return text;
        }
    }

    private static Readings ofPlain(String text, StopSignal stop) {
        if (text.length() < MIN_LENGTH) {
            return Readings.NONE;
        }
        StringBuilder digits = new StringBuilder(text.length());
        int firstPad = -1;
        int blanks = 0;
        int others = 0;
        int pads = 0;
        for (int i = 0; i < text.length(); i++) {
            if ((i & STOP_MASK) == 0) {
                stop.check();
            }
            char c = text.charAt(i);
            if (isDigit(c)) {
                digits.append(c == '-' ? '+' : c == '_' ? '/' : c);
            } else if (c == '=') {
                pads++;
                firstPad = firstPad < 0 ? digits.length() : firstPad;
            } else if (c <= ' ') {
                blanks += c == '\r' || c == '\n' ? 0 : 1;
            } else {
                others++;
            }
        }
        boolean isPaddedAtEnd = firstPad < 0 || firstPad == digits.length();
        int rest = digits.length() % 4;
        boolean isExact = others == 0 && isPaddedAtEnd && rest != 1 && (pads == 0 || rest + pads == 4);
        if (isExact) {
            return new Readings(true, List.of(decoded(digits, 0, digits.length())));
        }
        boolean isMostly = (long) others * DIGITS_PER_OTHER <= digits.length()
                && (long) blanks * DIGITS_PER_BLANK <= digits.length()
                && digits.length() + pads >= MIN_LENGTH / 2;
        return isMostly ? new Readings(false, readings(text, digits, firstPad, stop)) : Readings.NONE;
    }

    /**
     * Returns the byte sequences that decoders may read from a text that is not exactly base64.
     *
     * @param digits all digits of the text
     * @param firstPad the number of digits before the first padding; negative if there is none
     */
    private static List<Buffer> readings(String text, StringBuilder digits, int firstPad, StopSignal stop) {
        List<Buffer> readings = new ArrayList<>();
        readings.add(decoded(digits, 0, digits.length()));
        if (firstPad >= 0 && firstPad < digits.length()) {
            Buffer pieces = Buffer.buffer();
            int from = 0;
            int at = 0;
            for (int i = 0; i < text.length(); i++) {
                if ((i & STOP_MASK) == 0) {
                    stop.check();
                }
                char c = text.charAt(i);
                if (isDigit(c)) {
                    at++;
                } else if (c == '=' && at > from) {
                    pieces.appendBuffer(decoded(digits, from, at));
                    from = at;
                }
            }
            readings.add(decoded(digits, 0, firstPad));
            readings.add(pieces.appendBuffer(decoded(digits, from, digits.length())));
            readings.add(decoded(digits, from, digits.length()));
        }
        return readings;
    }

    private static boolean isDigit(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c == '+'
                || c == '/'
                || c == '-'
                || c == '_';
    }

    /**
     * Decodes digits. If a single digit remains after the last group of four, it is dropped, since it encodes no byte.
     */
    private static Buffer decoded(CharSequence digits, int from, int to) {
        int end = (to - from) % 4 == 1 ? to - 1 : to;
        return Buffer.buffer(
                Base64.getDecoder().decode(digits.subSequence(from, end).toString()));
    }
}
