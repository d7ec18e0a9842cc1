package io.policyengine.core.params;

import java.util.List;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Converts between two forms of JSON for records with {@link Flat} components. In the written form, the keys of such a
 * component are keys of the enclosing object; in the nested form, they are in a separate object, as in the record. The
 * keyword {@value #MARK} identifies such components in the schema of the nested form.
 */
final class FlatRecords {
    static final String MARK = "x-flat";
    private static final String PROPERTIES = "properties";
    private static final String REQUIRED = "required";
    private static final List<String> OF_PARTS = List.of("items", "additionalProperties");

    private FlatRecords() {}

    /** Returns whether the schema contains flat components at any depth, so that the two forms differ. */
    static boolean areIn(JsonNode nested) {
        return nested.has(MARK) || nested.valueStream().anyMatch(FlatRecords::areIn);
    }

    /**
     * Converts a schema from the nested form to the written form.
     * @throws IllegalArgumentException if a flat component is not a record or is in an alternative, or if a key would
     *     occur twice
     */
    static void flatten(JsonNode nested) {
        if (areIn(nested.path("anyOf"))) {
            throw new IllegalArgumentException("an alternative has a flat component, which is not possible");
        }
        nested.forEach(FlatRecords::flatten);
        if (!(nested instanceof ObjectNode schema) || !(schema.get(PROPERTIES) instanceof ObjectNode properties)) {
            return;
        }
        if (properties.valueStream().noneMatch(property -> property.has(MARK))) {
            return;
        }
        var written = properties.objectNode();
        properties.forEachEntry((key, property) -> {
            if (property.has(MARK)) {
                checkIsRecord(key, property);
                property.path(PROPERTIES).forEachEntry((inner, of) -> put(written, inner, of));
                moveFormerKeys(property, schema);
            } else {
                put(written, key, property);
            }
        });
        var required = required(properties, schema.path(REQUIRED));
        schema.set(PROPERTIES, written);
        if (required.isEmpty()) {
            schema.remove(REQUIRED);
        } else {
            schema.set(REQUIRED, required);
        }
    }

    private static void checkIsRecord(String key, JsonNode property) {
        if (!property.path("type").asString("").equals("object") || !property.has(PROPERTIES)) {
            throw new IllegalArgumentException("'" + key + "' is flat, but not a record that is always present");
        }
    }

    private static void put(ObjectNode written, String key, JsonNode property) {
        if (written.has(key)) {
            throw new IllegalArgumentException("'" + key + "' would occur twice: a flat component has it too");
        }
        written.set(key, property);
    }

    private static void moveFormerKeys(JsonNode from, ObjectNode to) {
        for (var keyword : List.of(FormerKeys.RENAMED, FormerKeys.REMOVED)) {
            from.path(keyword)
                    .forEachEntry(
                            (key, former) -> to.withObjectProperty(keyword).set(key, former));
        }
    }

    private static ArrayNode required(JsonNode properties, JsonNode outer) {
        var required = JsonMapper.shared().createArrayNode();
        for (var key : outer) {
            var property = properties.path(key.stringValue());
            if (property.has(MARK)) {
                property.path(REQUIRED).forEach(required::add);
            } else {
                required.add(key);
            }
        }
        return required;
    }

    /** Converts JSON from the written form to the nested form, in place. */
    static void nest(JsonNode nested, JsonNode json) {
        if (json instanceof ObjectNode object) {
            nested.path(PROPERTIES).forEachEntry((key, property) -> {
                if (property.has(MARK)) {
                    var inner = object.objectNode();
                    move(property, object, inner);
                    object.set(key, inner);
                }
                nest(property, object.path(key));
            });
            object.forEach(child -> nest(nested.path("additionalProperties"), child));
        }
        if (json.isArray()) {
            json.forEach(item -> nest(nested.path("items"), item));
        }
    }

    private static void move(JsonNode flat, ObjectNode from, ObjectNode to) {
        flat.path(PROPERTIES).forEachEntry((key, property) -> {
            if (property.has(MARK)) {
                move(property, from, to);
            } else if (from.has(key)) {
                to.set(key, from.remove(key));
            }
        });
    }

    /** Converts a pointer from the nested form to the written form. */
    static String asWritten(JsonNode nested, String pointer) {
        var written = JsonPointer.empty();
        var schema = nested;
        for (var rest = JsonPointer.compile(pointer); !rest.matches(); rest = rest.tail()) {
            var step = rest.getMatchingProperty();
            var property = schema.path(PROPERTIES).path(step);
            if (!property.has(MARK)) {
                written = written.appendProperty(step);
            }
            schema = property.isMissingNode() ? ofPart(schema) : property;
        }
        return written.toString();
    }

    private static JsonNode ofPart(JsonNode schema) {
        return OF_PARTS.stream()
                .map(schema::path)
                .filter(JsonNode::isObject)
                .findFirst()
                .orElseGet(() -> schema.path("items"));
    }
}
