package io.policyengine.core.params;

import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Fills in keys that are absent from JSON, with the defaults of its schema. The schema must not contain references
 * ({@code $ref}).
 */
final class SchemaDefaults {
    private SchemaDefaults() {}

    /** Adds the defaults to {@code json} in place, at any depth. */
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
            if (json.isObject() && isMeant(alternative, json)) {
                apply(alternative, json);
            }
        });
    }

    /**
     * Returns whether the object has the value of every constant in the alternative. The constants identify the
     * alternative that the author intended.
     */
    private static boolean isMeant(JsonNode alternative, JsonNode object) {
        return alternative.path("properties").propertyStream().allMatch(property -> {
            var constant = property.getValue().get("const");
            return constant == null || constant.equals(object.get(property.getKey()));
        });
    }

    /**
     * Checks that every default is valid for its property.
     *
     * @throws IllegalArgumentException with the invalid defaults
     */
    static void check(JsonNode schema) {
        var properties = JsonNodeFactory.instance.objectNode();
        var values = JsonNodeFactory.instance.objectNode();
        collect("", schema, properties, values);
        var together = JsonNodeFactory.instance.objectNode();
        together.set("properties", properties);
        var problems = ParamsValidator.ofTrusted(together).validate(values);
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException("defaults that do not match the schema: " + problems);
        }
    }

    private static void collect(String prefix, JsonNode schema, ObjectNode properties, ObjectNode values) {
        schema.path("properties").forEachEntry((key, property) -> {
            var value = property.get("default");
            if (value != null) {
                properties.set(prefix + key, property);
                values.set(prefix + key, value);
            }
            collect(prefix + key + ".", property, properties, values);
        });
        for (var keyword : List.of("items", "additionalProperties")) {
            if (schema.path(keyword).isObject()) {
                collect(prefix + "*.", schema.path(keyword), properties, values);
            }
        }
        schema.path("anyOf").forEach(alternative -> collect(prefix, alternative, properties, values));
    }
}
