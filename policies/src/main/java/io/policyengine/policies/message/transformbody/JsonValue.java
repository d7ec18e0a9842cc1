package io.policyengine.policies.message.transformbody;

import io.policyengine.core.http.Octets;
import io.policyengine.policies.shared.template.Template;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** A value to set, whose strings may be templates. */
sealed interface JsonValue {
    record Single(JsonNode value) implements JsonValue {}

    record Text(Template template) implements JsonValue {}

    record Members(Map<String, JsonValue> values) implements JsonValue {}

    record Elements(List<JsonValue> values) implements JsonValue {}

    /**
     * Compiles a value.
     *
     * @throws IllegalArgumentException if a string is not a valid template; the message names the remedy
     */
    static JsonValue of(JsonNode value) {
        return switch (value) {
            case ObjectNode object -> {
                Map<String, JsonValue> members = new LinkedHashMap<>();
                object.forEachEntry((name, member) -> members.put(name, of(member)));
                yield new Members(Collections.unmodifiableMap(members));
            }
            case ArrayNode array ->
                new Elements(array.valueStream().map(JsonValue::of).toList());
            default -> value.isString() ? new Text(Template.parse(value.stringValue())) : new Single(value);
        };
    }

    /** Returns the value with its templates filled in. Objects and arrays in it are new. */
    default JsonNode fill(Template.Fill fill) {
        return switch (this) {
            case Single(JsonNode value) -> value;
            case Text(Template template) ->
                JsonNodeFactory.instance.stringNode(Octets.toText(fill.of(template, Template.Escape.NONE)));
            case Members(Map<String, JsonValue> values) -> {
                ObjectNode object = JsonNodeFactory.instance.objectNode();
                values.forEach((name, value) -> object.set(name, value.fill(fill)));
                yield object;
            }
            case Elements(List<JsonValue> values) -> {
                ArrayNode array = JsonNodeFactory.instance.arrayNode();
                values.forEach(value -> array.add(value.fill(fill)));
                yield array;
            }
        };
    }
}
