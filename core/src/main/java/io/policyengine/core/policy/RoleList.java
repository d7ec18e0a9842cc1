package io.policyengine.core.policy;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Reads roles or scopes, for all policies and expressions alike: a list of strings, or one string without commas and
 * blanks. Any other value is unreadable, since it could hide a role that an expression or policy excludes.
 */
public final class RoleList {
    private RoleList() {}

    /** Returns the roles; empty if the value is absent, and null if it is unreadable. JSON's null is unreadable. */
    public static @Nullable List<String> of(@Nullable JsonNode value) {
        if (value == null) {
            return List.of();
        }
        if (value.isString()) {
            String text = value.stringValue();
            return text.chars().anyMatch(c -> c == ',' || Character.isWhitespace(c)) ? null : List.of(text);
        }
        return value.isArray() && value.valueStream().allMatch(JsonNode::isString)
                ? value.valueStream().map(JsonNode::stringValue).toList()
                : null;
    }
}
