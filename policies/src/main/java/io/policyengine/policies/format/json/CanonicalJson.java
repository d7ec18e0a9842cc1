package io.policyengine.policies.format.json;

import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * The canonical form of JSON (RFC 8785): names in the order of their UTF-16 units, numbers as ECMAScript writes them,
 * no blanks. Two texts are equivalent if they have the same form.
 */
public final class CanonicalJson {
    private static final String HEX = "0123456789abcdef";
    private static final int FIRST_PRINTABLE = 0x20;
    /**
     * Maximum digits before the decimal point of a number that is written without an exponent. Numbers of 1e21 and
     * above, and numbers below 1e-6, are written with an exponent (ECMA-262 §6.1.6.1.20).
     */
    private static final int MAX_PLAIN_EXPONENT = 21;

    private static final int MIN_PLAIN_EXPONENT = -6;
    private static final MathContext ONE_DIGIT = new MathContext(1);

    private CanonicalJson() {}

    /**
     * Returns the canonical form in UTF-8; empty if a number exceeds the range of doubles, or a string has an unpaired
     * surrogate. Numbers are rounded to doubles (RFC 7493 §2.2).
     */
    public static Optional<byte[]> of(JsonNode value) {
        StringBuilder out = new StringBuilder();
        return write(value, out) ? Optional.of(out.toString().getBytes(StandardCharsets.UTF_8)) : Optional.empty();
    }

    private static boolean write(JsonNode value, StringBuilder out) {
        return switch (value.getNodeType()) {
            case OBJECT -> object(value, out);
            case ARRAY -> array(value, out);
            case STRING -> string(value.stringValue(), out);
            case NUMBER -> number(value.decimalValue(), out);
            case BOOLEAN, NULL -> {
                out.append(value);
                yield true;
            }
            case BINARY, POJO, MISSING -> false;
        };
    }

    private static boolean object(JsonNode object, StringBuilder out) {
        List<String> names = new ArrayList<>(object.propertyNames());
        // The order of String.compareTo is that of UTF-16 units.
        Collections.sort(names);
        out.append('{');
        boolean canonical = true;
        for (String name : names) {
            out.append(out.charAt(out.length() - 1) == '{' ? "" : ",");
            canonical &= string(name, out);
            out.append(':');
            canonical &= write(object.path(name), out);
        }
        out.append('}');
        return canonical;
    }

    private static boolean array(JsonNode array, StringBuilder out) {
        out.append('[');
        boolean canonical = true;
        boolean first = true;
        for (JsonNode element : array) {
            out.append(first ? "" : ",");
            first = false;
            canonical &= write(element, out);
        }
        out.append(']');
        return canonical;
    }

    private static boolean string(String text, StringBuilder out) {
        out.append('"');
        boolean canonical = true;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"', '\\' -> out.append('\\').append(c);
                case '\b' -> out.append("\\b");
                case '\t' -> out.append("\\t");
                case '\n' -> out.append("\\n");
                case '\f' -> out.append("\\f");
                case '\r' -> out.append("\\r");
                default -> {
                    if (c < FIRST_PRINTABLE) {
                        out.append("\\u00").append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 0xF));
                    } else {
                        out.append(c);
                    }
                }
            }
            canonical &= !isHalf(text, i);
        }
        out.append('"');
        return canonical;
    }

    private static boolean isHalf(String text, int at) {
        char c = text.charAt(at);
        if (Character.isHighSurrogate(c)) {
            return at + 1 == text.length() || !Character.isLowSurrogate(text.charAt(at + 1));
        }
        return Character.isLowSurrogate(c) && (at == 0 || !Character.isHighSurrogate(text.charAt(at - 1)));
    }

    private static boolean number(BigDecimal number, StringBuilder out) {
        double nearest = number.doubleValue();
        if (!Double.isFinite(nearest)) {
            return false;
        }
        out.append(written(shortest(nearest)));
        return true;
    }

    /**
     * Returns the shortest decimal number that denotes the double, as in ECMAScript. Java may write two digits where
     * one suffices.
     */
    private static BigDecimal shortest(double number) {
        BigDecimal digits = new BigDecimal(Double.toString(number));
        BigDecimal one = digits.round(ONE_DIGIT);
        return one.doubleValue() == number ? one : digits;
    }

    private static String written(BigDecimal number) {
        if (number.signum() == 0) {
            return "0";
        }
        BigDecimal plain = number.stripTrailingZeros();
        String digits = plain.unscaledValue().abs().toString();
        String sign = number.signum() < 0 ? "-" : "";
        int point = digits.length() - plain.scale();
        if (point > MAX_PLAIN_EXPONENT || point <= MIN_PLAIN_EXPONENT) {
            String fraction = digits.length() == 1 ? "" : "." + digits.substring(1);
            int exponent = point - 1;
            return sign + digits.charAt(0) + fraction + (exponent < 0 ? "e" : "e+") + exponent;
        }
        return sign + plain.abs().toPlainString();
    }
}
