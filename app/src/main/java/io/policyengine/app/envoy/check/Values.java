package io.policyengine.app.envoy.check;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Values of Envoy's configuration in the JSON form of protobuf. */
final class Values {
    /** Maximum length of a number or duration, in characters. Longer values would take too long to compare. */
    private static final int MAX_LENGTH = 40;

    private Values() {}

    /** Returns a duration such as {@code 0.25s} in seconds, or null for another value. */
    static @Nullable BigDecimal seconds(JsonNode node) {
        String text = node.asString("");
        return node.isString() && text.endsWith("s") ? number(text.substring(0, text.length() - 1)) : null;
    }

    /** Returns the value of a number, which may be in quotes, or of a duration in seconds; null for any other value. */
    static @Nullable BigDecimal amount(JsonNode node) {
        BigDecimal seconds = seconds(node);
        if (seconds != null) {
            return seconds;
        }
        return (node.isNumber() || node.isString()) ? number(node.asString("")) : null;
    }

    private static @Nullable BigDecimal number(String text) {
        boolean isPlain = !text.isEmpty()
                && text.length() <= MAX_LENGTH
                && text.chars().allMatch(c -> (c >= '0' && c <= '9') || c == '.' || c == '-');
        try {
            return isPlain ? new BigDecimal(text) : null;
        } catch (NumberFormatException e) {
            return null;
        }
    }

    /** Returns whether two values mean the same, however their numbers and durations are written. */
    static boolean isSame(JsonNode one, JsonNode other) {
        BigDecimal first = amount(one);
        BigDecimal second = amount(other);
        return (first != null && second != null) ? first.compareTo(second) == 0 : one.equals(other);
    }
}
