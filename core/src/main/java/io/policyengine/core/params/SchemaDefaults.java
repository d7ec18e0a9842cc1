package io.policyengine.core.params;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Fills absent keys with the defaults of an inline schema. */
final class SchemaDefaults {
    private SchemaDefaults() {}

    /** Fills {@code json} in place, at any depth. */
    static void apply(JsonNode schema, JsonNode json) {
        if (json instanceof ObjectNode object) {
            schema.path("properties").forEachEntry((key, property) -> {
                var value = property.get("default");
                if (value != null && !object.has(key)) {
                    object.set(key, value.deepCopy());
                }
                if (object.has(key)) {
                    apply(property, object.get(key));
                }
            });
            var others = schema.path("additionalProperties");
            if (others.isObject()) {
                object.forEach(child -> apply(others, child));
            }
        }
        if (json.isArray() && schema.path("items").isObject()) {
            json.forEach(item -> apply(schema.path("items"), item));
        }
        schema.path("anyOf").forEach(alternative -> {
            if (json.isObject() && "object".equals(alternative.path("type").asString(""))) {
                apply(alternative, json);
            }
        });
    }

    /**
     * Makes sure that every default fits its own property.
     *
     * @throws IllegalArgumentException naming the first that does not
     */
    static void check(JsonNode schema) {
        schema.path("properties").forEachEntry((key, property) -> {
            var value = property.get("default");
            if (value != null) {
                var problems = ParamsValidator.ofTrusted(property).validate(value);
                if (!problems.isEmpty()) {
                    throw new IllegalArgumentException("the default of '" + key + "': " + problems);
                }
            }
            check(property);
        });
        if (schema.path("items").isObject()) {
            check(schema.path("items"));
        }
        if (schema.path("additionalProperties").isObject()) {
            check(schema.path("additionalProperties"));
        }
    }
}
