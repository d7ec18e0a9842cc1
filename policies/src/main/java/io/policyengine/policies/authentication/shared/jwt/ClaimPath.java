package io.policyengine.policies.authentication.shared.jwt;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;

/** A path to a claim: a JSON Pointer such as {@code /realm_access/roles}, or the name of a top-level member. */
public final class ClaimPath {
    private final String text;
    private final JsonPointer pointer;

    private ClaimPath(String text, JsonPointer pointer) {
        this.text = text;
        this.pointer = pointer;
    }

    /**
     * Parses a path.
     *
     * @throws IllegalArgumentException if it is empty or not a JSON Pointer; the message names the remedy
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

    /** Returns the value at this path, or null if absent. */
    public @Nullable JsonNode in(JsonNode claims) {
        JsonNode value = claims.at(pointer);
        return value.isMissingNode() ? null : value;
    }

    /** Returns the strings at this path, from an array or a single string; null if it is absent or has another type. */
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

    @Override
    public String toString() {
        return text;
    }
}
