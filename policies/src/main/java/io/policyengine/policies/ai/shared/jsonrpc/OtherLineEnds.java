package io.policyengine.policies.ai.shared.jsonrpc;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Line ends that event streams do not define (WHATWG HTML §9.2), but that some clients recognize, for example by
 * Python's {@code splitlines}. These clients see an additional line after each of them. Texts are in UTF-8.
 */
final class OtherLineEnds {
    private static final int NEXT_LINE = 0x85;
    private static final int LINE_SEPARATOR = 0xA8;
    private static final int PARAGRAPH_SEPARATOR = 0xA9;

    private OtherLineEnds() {}

    static boolean areIn(byte[] text, int start, int end) {
        for (int i = start; i < end; i++) {
            if (isControl(text[i]) || lengthAt(text, i, end) > 0) {
                return true;
            }
        }
        return false;
    }

    private static boolean isControl(byte octet) {
        return octet == 0x0B || octet == 0x0C || (octet >= 0x1C && octet <= 0x1E);
    }

    /** Returns the length of a non-ASCII line end at this position; 0 if there is none. */
    private static int lengthAt(byte[] text, int at, int end) {
        if (octet(text, at, end) == 0xC2) {
            return octet(text, at + 1, end) == NEXT_LINE ? 2 : 0;
        }
        boolean begins = octet(text, at, end) == 0xE2 && octet(text, at + 1, end) == 0x80;
        int last = begins ? octet(text, at + 2, end) : 0;
        return last == LINE_SEPARATOR || last == PARAGRAPH_SEPARATOR ? 3 : 0;
    }

    private static int octet(byte[] text, int at, int end) {
        return at < end ? text[at] & 0xFF : 0;
    }

    /**
     * Escapes the non-ASCII line ends in JSON, where they can occur only in strings. ASCII line ends need no escape,
     * since JSON strings must not contain control characters.
     */
    static byte[] escaped(byte[] json) {
        if (!areIn(json, 0, json.length)) {
            return json;
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream(json.length + 16);
        int i = 0;
        while (i < json.length) {
            int length = lengthAt(json, i, json.length);
            if (length == 0) {
                out.write(json[i]);
                i++;
            } else {
                int last = octet(json, i + length - 1, json.length);
                out.writeBytes(escape(last).getBytes(StandardCharsets.US_ASCII));
                i += length;
            }
        }
        return out.toByteArray();
    }

    private static String escape(int last) {
        return switch (last) {
            case NEXT_LINE -> "\\u0085";
            case LINE_SEPARATOR -> "\\u2028";
            default -> "\\u2029";
        };
    }
}
