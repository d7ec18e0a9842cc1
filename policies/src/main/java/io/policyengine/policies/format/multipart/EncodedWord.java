package io.policyengine.policies.format.multipart;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.Octets;
import java.io.ByteArrayOutputStream;
import java.util.Base64;
import java.util.Optional;

/**
 * Decodes encoded words (RFC 2047 §2) in UTF-8, such as {@code =?utf-8?B?w6k=?=}. Clients of .NET write non-ASCII names
 * in this way.
 */
final class EncodedWord {
    private static final String START = "=?";
    private static final String END = "?=";
    /** The number of fields of an encoded word: charset, encoding and text. */
    private static final int FIELDS = 3;

    private EncodedWord() {}

    /** Returns whether an encoded word may begin in the value. */
    static boolean begins(String value) {
        return value.contains(START);
    }

    /** Returns whether a server may find an encoded word in the value, well-formed or not. */
    static boolean isIn(String value) {
        int start = value.indexOf(START);
        return start >= 0 && value.indexOf(END, start + START.length()) >= 0;
    }

    /** Returns the octets that the word encodes; empty if the value is not exactly one well-formed word in UTF-8. */
    static Optional<String> decoded(String value) {
        if (!isIn(value) || !value.startsWith(START) || !value.endsWith(END)) {
            return Optional.empty();
        }
        String[] fields =
                value.substring(START.length(), value.length() - END.length()).split("\\?", -1);
        if (fields.length != FIELDS || !HeaderMap.lowerCase(fields[0]).equals("utf-8")) {
            return Optional.empty();
        }
        return switch (HeaderMap.lowerCase(fields[1])) {
            case "b" -> base64(fields[2]);
            case "q" -> quoted(fields[2]);
            default -> Optional.empty();
        };
    }

    private static Optional<String> base64(String text) {
        try {
            byte[] octets = Base64.getDecoder().decode(Octets.toBytes(text));
            boolean isOneSpelling = Base64.getEncoder().encodeToString(octets).equals(text);
            return isOneSpelling ? Optional.of(Octets.fromBytes(octets)) : Optional.empty();
        } catch (IllegalArgumentException malformed) {
            return Optional.empty();
        }
    }

    /** Decodes the Q encoding (RFC 2047 §4.2), in which an underscore is a space. */
    private static Optional<String> quoted(String text) {
        ByteArrayOutputStream octets = new ByteArrayOutputStream(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '=') {
                octets.write(c == '_' ? ' ' : c);
                continue;
            }
            int high = i + 2 < text.length() ? Character.digit(text.charAt(i + 1), 16) : -1;
            int low = high < 0 ? -1 : Character.digit(text.charAt(i + 2), 16);
            if (low < 0) {
                return Optional.empty();
            }
            octets.write((high << 4) | low);
            i += 2;
        }
        return Optional.of(Octets.fromBytes(octets.toByteArray()));
    }
}
