package io.policyengine.policies.content.shared.content;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The way in which a text is written where it stands: octets that read there as the text. */
@FunctionalInterface
interface Spelling {
    /** Nothing can be written in another way. */
    Spelling FIXED = _ -> Optional.empty();

    /** The octets; empty if it cannot be written there. */
    Optional<byte[]> spell(String text);

    /** Returns the spelling of a JSON string whose own text is written in this way. */
    default Spelling inJson() {
        return text -> spell(json(text));
    }

    /** Returns the spelling of text and attributes in XML and HTML. */
    default Spelling inMarkup() {
        return text -> spell(text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;"));
    }

    /** Returns the spelling of a line. */
    default Spelling inLine() {
        return text -> spell(text.replace('\n', ' ').replace('\r', ' '));
    }

    /** Percent-encoded UTF-8 (application/x-www-form-urlencoded). */
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

    /** Quoted-printable (RFC 2045 §6.7) of what the other gives. */
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
