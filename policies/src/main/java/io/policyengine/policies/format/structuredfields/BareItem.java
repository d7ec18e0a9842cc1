package io.policyengine.policies.format.structuredfields;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;

/** A value without parameters (RFC 9651 §3.3). */
public sealed interface BareItem {
    /** An integer of at most 15 digits. */
    record Int(long value) implements BareItem {}

    /** A decimal of at most 12 digits before the point and at most 3 after it. */
    record Decimal(BigDecimal value) implements BareItem {
        /** Strips trailing zeros, which have no meaning. */
        public Decimal {
            value = value.stripTrailingZeros();
        }
    }

    /** A string of printable ASCII. */
    record Text(String value) implements BareItem {}

    /** A token: a short word without quotes. */
    record Token(String value) implements BareItem {}

    /** Octets; the buffer is read-only. */
    record Bytes(ByteBuffer value) implements BareItem {
        /** Returns a copy of the octets. */
        public byte[] toArray() {
            byte[] copy = new byte[value.remaining()];
            value.duplicate().get(copy);
            return copy;
        }
    }

    /** A boolean. */
    record Bool(boolean value) implements BareItem {
        static final Bool TRUE = new Bool(true);
        static final Bool FALSE = new Bool(false);
    }

    /** A time, in seconds since 1970. */
    record Date(long seconds) implements BareItem {}

    /** A Unicode string. */
    record DisplayText(String value) implements BareItem {}

    /** Appends the value as written in a field (RFC 9651 §4.1.3). */
    default void writeTo(StringBuilder out) {
        switch (this) {
            case Int(long value) -> out.append(value);
            case Decimal(BigDecimal value) ->
                out.append(value.setScale(Math.max(1, value.scale())).toPlainString());
            case Text(String value) ->
                out.append('"')
                        .append(value.replace("\\", "\\\\").replace("\"", "\\\""))
                        .append('"');
            case Token(String value) -> out.append(value);
            case Bytes bytes ->
                out.append(':')
                        .append(Base64.getEncoder().encodeToString(bytes.toArray()))
                        .append(':');
            case Bool(boolean value) -> out.append(value ? "?1" : "?0");
            case Date(long seconds) -> out.append('@').append(seconds);
            case DisplayText(String value) -> writeDisplayText(value, out);
        }
    }

    private static void writeDisplayText(String value, StringBuilder out) {
        out.append("%\"");
        for (byte octet : value.getBytes(StandardCharsets.UTF_8)) {
            if (octet < 0x20 || octet == 0x7F || octet == '%' || octet == '"') {
                out.append(String.format(Locale.ROOT, "%%%02x", octet));
            } else {
                out.append((char) octet);
            }
        }
        out.append('"');
    }
}
