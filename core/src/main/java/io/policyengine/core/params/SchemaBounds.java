package io.policyengine.core.params;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;

/**
 * The bounds of a third party's schema, checked before it is compiled. References are expanded as validation would
 * follow them. The expanded schema has at most {@value #MAX_PARTS} parts and {@value #MAX_DEPTH} levels, and no pattern
 * that {@link PatternBounds} rejects. A circular reference is permitted only if it applies to a part of the value, as
 * in a schema of trees.
 */
final class SchemaBounds {
    /** Maximum number of parts of a third party's schema, with all references expanded. */
    private static final int MAX_PARTS = 10_000;

    /** Maximum number of levels of a third party's schema, with all references expanded. */
    private static final int MAX_DEPTH = 100;

    private static final String ROOT = "#";

    /** Keywords whose values are data, not schemas. */
    private static final Set<String> DATA = Set.of("const", "enum", "default", "examples");
    /** Keywords whose value is an object that contains schemas by name. */
    private static final Set<String> BY_NAME =
            Set.of("properties", "patternProperties", "$defs", "definitions", "dependentSchemas", "dependencies");
    /** Keywords whose schemas apply to parts of the value, or only when another schema refers to them. */
    private static final Set<String> FOR_PARTS = Set.of(
            "properties",
            "patternProperties",
            "additionalProperties",
            "unevaluatedProperties",
            "propertyNames",
            "items",
            "prefixItems",
            "additionalItems",
            "unevaluatedItems",
            "contains",
            "$defs",
            "definitions");

    private final JsonNode root;
    /** The references that are being followed, each with the value of {@link #steps} when it was reached. */
    private final Map<String, Integer> following = new HashMap<>();

    private int parts;
    private int levels;
    /** The number of steps into parts of the value, from the root to the current schema. */
    private int steps;

    private SchemaBounds(JsonNode root) {
        this.root = root;
    }

    /**
     * Rejects a schema that exceeds the bounds.
     * @throws IllegalArgumentException naming the exceeded bound
     */
    static void check(JsonNode schema) {
        SchemaBounds bounds = new SchemaBounds(schema);
        bounds.following.put(ROOT, 0);
        bounds.look(schema);
    }

    private void look(JsonNode schema) {
        parts++;
        if (parts > MAX_PARTS) {
            throw new IllegalArgumentException("it has more than " + MAX_PARTS
                    + " parts when all references are expanded; use fewer alternatives");
        }
        if (levels >= MAX_DEPTH) {
            throw new IllegalArgumentException(
                    "it has more than " + MAX_DEPTH + " levels when all references are expanded");
        }
        levels++;
        if (schema.isArray()) {
            schema.forEach(this::look);
        } else {
            schema.forEachEntry(this::keyword);
        }
        levels--;
    }

    private void keyword(String name, JsonNode value) {
        boolean isOfPart = FOR_PARTS.contains(name);
        steps += isOfPart ? 1 : 0;
        switch (name) {
            case "$ref" -> follow(value.asString(""));
            case "$dynamicRef", "$recursiveRef" ->
                throw new IllegalArgumentException("it uses " + name + "; use $ref with a path in the same schema");
            case "pattern" -> PatternBounds.check(value.asString(""));
            default -> {
                if (name.equals("patternProperties")) {
                    value.propertyNames().forEach(PatternBounds::check);
                }
                if (BY_NAME.contains(name) && value.isObject()) {
                    value.forEach(this::look);
                } else if (!DATA.contains(name) && value.isContainer()) {
                    look(value);
                }
            }
        }
        steps -= isOfPart ? 1 : 0;
    }

    private void follow(String reference) {
        Integer since = following.get(reference);
        if (since != null) {
            if (since == steps) {
                throw new IllegalArgumentException("its reference '" + shown(reference) + "' leads back to itself");
            }
            return;
        }
        JsonNode target = target(reference);
        following.put(reference, steps);
        look(target);
        following.remove(reference);
    }

    private JsonNode target(String reference) {
        JsonNode target = reference.startsWith("#/") ? root.at(JsonPointer.compile(reference.substring(1))) : null;
        if (target == null || target.isMissingNode()) {
            throw new IllegalArgumentException("its reference '" + shown(reference)
                    + "' refers to nothing in this schema; write '#/$defs/NAME', or another path from its "
                    + "beginning");
        }
        return target;
    }

    private static String shown(String reference) {
        return reference.length() > 80 ? reference.substring(0, 80) + "…" : reference;
    }
}
