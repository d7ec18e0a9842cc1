package io.policyengine.policies.authentication.shared.jwt;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;

/** A place among claims: a JSON Pointer such as {@code /realm_access/roles}, or without a leading slash the name of one member. */
public final class ClaimPath {
    private final String text;
    private final JsonPointer pointer;

    private ClaimPath(String text, JsonPointer pointer) {
        this.text = text;
        this.pointer = pointer;
    }

    /**
     * Reads a place.
     *
     * @throws IllegalArgumentException if it is empty or no JSON Pointer; the message says what would be right
     */
    public static ClaimPath parse(String text) {
        if (text.isEmpty() || text.equals("/")) {
            throw new IllegalArgumentException(
                    "a claim is a member's name, or a JSON Pointer such as /realm_access/roles");
        }
        if (text.charAt(0) != '/') {
            return new ClaimPath(text, JsonPointer.empty().appendProperty(text));
        }
        return new ClaimPath(text, JsonPointer.compile(text));
    }

    /** The value there, or null. */
    public @Nullable JsonNode in(JsonNode claims) {
        JsonNode value = claims.at(pointer);
        return value.isMissingNode() ? null : value;
    }

    /** The texts there: those of a list of strings, or one string; null if there is nothing, or something else. */
    public @Nullable List<String> textsIn(JsonNode claims) {
        JsonNode value = in(claims);
        if (value == null) {
            return null;
        }
        if (value.isString()) {
            return List.of(value.stringValue());
        }
        return value.isArray() && value.valueStream().allMatch(JsonNode::isString)
                ? value.valueStream().map(JsonNode::stringValue).toList()
                : null;
    }

    /** The path as written. */
    @Override
    public String toString() {
        return text;
    }
}
