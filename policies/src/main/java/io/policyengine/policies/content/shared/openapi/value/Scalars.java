package io.policyengine.policies.content.shared.openapi.value;

import io.policyengine.policies.content.shared.openapi.value.SchemaTypes.Kind;
import java.math.BigDecimal;
import java.math.BigInteger;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * Converts text to a type that a schema permits. If no type fits, the text remains a string, which the schema then
 * rejects.
 */
public final class Scalars {
    /** Maximum characters of a number in a parameter or form; longer text is not read as a number. */
    private static final int MAX_NUMBER = 100;

    /** Maximum digits of the exponent of a number in a parameter or form. */
    private static final int MAX_EXPONENT_DIGITS = 3;

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private Scalars() {}

    /**
     * Returns the value of a text. If the schema permits both a string and another type that fits, the other type takes
     * precedence.
     */
    public static JsonNode read(String text, SchemaTypes shape) {
        if (shape.kinds().isEmpty()) {
            return NODES.stringNode(text);
        }
        if (shape.mayBe(Kind.NUMBER) && isNumber(text)) {
            return number(text);
        }
        if (shape.mayBe(Kind.BOOLEAN) && (text.equals("true") || text.equals("false"))) {
            return NODES.booleanNode(text.equals("true"));
        }
        if (shape.mayBe(Kind.NULL) && text.isEmpty() && !shape.mayBe(Kind.STRING)) {
            return NODES.nullNode();
        }
        return NODES.stringNode(text);
    }

    private static JsonNode number(String text) {
        boolean isWhole = text.chars().allMatch(c -> c == '-' || (c >= '0' && c <= '9'));
        return isWhole ? NODES.numberNode(new BigInteger(text)) : NODES.numberNode(new BigDecimal(text));
    }

    private static boolean isNumber(String text) {
        int at = text.startsWith("-") ? 1 : 0;
        int whole = digits(text, at);
        if (text.length() > MAX_NUMBER || whole == at || (text.charAt(at) == '0' && whole > at + 1)) {
            return false;
        }
        at = whole;
        if (at < text.length() && text.charAt(at) == '.') {
            int fraction = digits(text, at + 1);
            if (fraction == at + 1) {
                return false;
            }
            at = fraction;
        }
        if (at < text.length() && (text.charAt(at) | 0x20) == 'e') {
            int sign = at + 1 < text.length() && "+-".indexOf(text.charAt(at + 1)) >= 0 ? 1 : 0;
            int exponent = digits(text, at + 1 + sign);
            int count = exponent - (at + 1 + sign);
            if (count == 0 || count > MAX_EXPONENT_DIGITS) {
                return false;
            }
            at = exponent;
        }
        return at == text.length();
    }

    private static int digits(String text, int from) {
        int at = from;
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            at++;
        }
        return at;
    }
}
