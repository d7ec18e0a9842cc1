package io.policyengine.policies.content.shared.texts;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Encodes a text as octets for its place in the body, so that a reader of the body decodes them to this text. */
@FunctionalInterface
interface Spelling {
    /** The spelling for a place where no text can be rewritten. */
    Spelling FIXED = _ -> Optional.empty();

    /** Returns the octets that encode a text; empty if the text cannot be written at this place. */
    Optional<byte[]> spell(String text);

    /** Returns the spelling for strings of a JSON text, which itself is written in this spelling. */
    default Spelling inJson() {
        return text -> spell(json(text));
    }

    /** Returns the spelling for text and attribute values in XML and HTML. */
    default Spelling inMarkup() {
        return text -> spell(text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;"));
    }

    /** Returns the spelling for a single line, in which line ends become blanks. */
    default Spelling inLine() {
        return text -> spell(text.replace('\n', ' ').replace('\r', ' '));
    }

    /** Returns the spelling in percent-encoded UTF-8 (application/x-www-form-urlencoded). */
    static Spelling percent() {
        return text -> {
            StringBuilder encoded = new StringBuilder();
            for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
                if (isUnreserved(octet)) {
                    encoded.append((char) octet);
                } else {
                    hex(encoded.append('%'), octet);
                }
            }
            return Optional.of(ascii(encoded));
        };
    }

    /** Returns a spelling that encodes the octets of another spelling as quoted-printable (RFC 2045 §6.7). */
    static Spelling quotedPrintable(Spelling octets) {
        return text -> octets.spell(text).map(bytes -> {
            StringBuilder encoded = new StringBuilder();
            for (byte octet : bytes) {
                if (octet > ' ' && octet < 0x7F && octet != '=') {
                    encoded.append((char) octet);
                } else {
                    hex(encoded.append('='), octet);
                }
            }
            return ascii(encoded);
        });
    }

    private static byte[] ascii(StringBuilder text) {
        return text.toString().getBytes(StandardCharsets.US_ASCII);
    }

    private static boolean isUnreserved(byte octet) {
        return (octet >= 'a' && octet <= 'z')
                || (octet >= 'A' && octet <= 'Z')
                || (octet >= '0' && octet <= '9')
                || "-._~*".indexOf(octet) >= 0;
    }

    private static void hex(StringBuilder to, int octet) {
        to.append(Character.toUpperCase(Character.forDigit((octet >> 4) & 0xF, 16)))
                .append(Character.toUpperCase(Character.forDigit(octet & 0xF, 16)));
    }

    private static String json(String text) {
        StringBuilder escaped = new StringBuilder(text.length() + 8);
        for (int i = 0; i < text.length(); i++) {
            char unit = text.charAt(i);
            if (unit == '"' || unit == '\\') {
                escaped.append('\\').append(unit);
            } else if (unit < ' ') {
                hex(escaped.append("\\u00"), unit);
            } else {
                escaped.append(unit);
            }
        }
        return escaped.toString();
    }
}
