package io.policyengine.policies.content.shared.promptinjection;

import io.policyengine.policies.content.shared.promptinjection.Assessment.Range;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Decodes base64, hexadecimal digits, percent-encoding, and letters rotated by 13. A base64 word is decoded from up to
 * four positions, since a window may cut its beginning.
 */
final class Decodings {
    /** Minimum characters of a word that is decoded. */
    private static final int SHORTEST = 20;

    private static final int BASE64_GROUP = 4;

    /** Divisor of a decoded text's length; the quotient is the accepted number of invalid characters. */
    private static final int DAMAGED = 10;

    private static final String HEX_DIGITS = "0123456789abcdefABCDEF";

    private Decodings() {}

    /** Returns the decoded content of each encoded word of a text. */
    static List<HiddenText> blobs(String text) {
        List<HiddenText> blobs = new ArrayList<>();
        int at = 0;
        while (at < text.length()) {
            int end = endOfBlob(text, at);
            if (end - at >= SHORTEST) {
                Range range = new Range(at, end);
                decoded(text.substring(at, end)).ifPresent(found -> blobs.add(new HiddenText(found, range)));
            }
            at = Math.max(end, at + 1);
        }
        return blobs;
    }

    private static int endOfBlob(String text, int start) {
        int at = start;
        while (at < text.length() && isOfBlob(text.charAt(at))) {
            at++;
        }
        return at;
    }

    private static boolean isOfBlob(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c == '+'
                || c == '/'
                || c == '-'
                || c == '_'
                || c == '='
                || c == '%';
    }

    private static Optional<String> decoded(String blob) {
        if (blob.indexOf('%') >= 0) {
            return percent(blob);
        }
        boolean isHex = blob.chars().allMatch(c -> HEX_DIGITS.indexOf(c) >= 0);
        return isHex ? hex(blob) : base64(blob);
    }

    /**
     * Decodes hexadecimal digits, starting at the first or the second digit. If a window cuts a longer text, the first
     * digit may be the second half of a pair.
     */
    private static Optional<String> hex(String digits) {
        for (int from = 0; from < 2; from++) {
            int to = digits.length() - (digits.length() - from) % 2;
            Optional<String> text = text(HexFormat.of().parseHex(digits, from, to));
            if (text.isPresent()) {
                return text;
            }
        }
        return Optional.empty();
    }

    private static Optional<String> base64(String blob) {
        int padding = blob.indexOf('=');
        String digits = (padding < 0 ? blob : blob.substring(0, padding))
                .replace('-', '+')
                .replace('_', '/');
        for (int from = 0; from < BASE64_GROUP; from++) {
            String some = digits.substring(from);
            int end = some.length() - (some.length() % BASE64_GROUP == 1 ? 1 : 0);
            Optional<String> text = base64Digits(some.substring(0, end));
            if (text.isPresent()) {
                return text;
            }
        }
        return Optional.empty();
    }

    private static Optional<String> base64Digits(String digits) {
        try {
            return text(Base64.getDecoder().decode(digits));
        } catch (IllegalArgumentException notBase64) {
            return Optional.empty();
        }
    }

    private static Optional<String> percent(String blob) {
        byte[] octets = new byte[blob.length()];
        int length = 0;
        int at = 0;
        while (at < blob.length()) {
            boolean isEncoded = blob.charAt(at) == '%'
                    && at + 2 < blob.length()
                    && HEX_DIGITS.indexOf(blob.charAt(at + 1)) >= 0
                    && HEX_DIGITS.indexOf(blob.charAt(at + 2)) >= 0;
            octets[length++] = (byte) (isEncoded ? HexFormat.fromHexDigits(blob, at + 1, at + 3) : blob.charAt(at));
            at += isEncoded ? 3 : 1;
        }
        return text(Arrays.copyOf(octets, length));
    }

    /**
     * Returns octets as text if at most a tenth of its characters are invalid. A window of a longer text may cut the
     * characters at its edges.
     */
    private static Optional<String> text(byte[] octets) {
        String text = new String(octets, StandardCharsets.UTF_8);
        long damaged = text.chars()
                .filter(c -> c == '\uFFFD' || (c < ' ' && c != '\n' && c != '\r' && c != '\t'))
                .count();
        return damaged * DAMAGED <= text.length() ? Optional.of(text) : Optional.empty();
    }

    /** Rotates each ASCII letter by thirteen letters. */
    static String rotated(String lower) {
        StringBuilder rotated = new StringBuilder(lower.length());
        for (int i = 0; i < lower.length(); i++) {
            char c = lower.charAt(i);
            rotated.append(c >= 'a' && c <= 'z' ? (char) ('a' + (c - 'a' + 13) % 26) : c);
        }
        return rotated.toString();
    }
}
