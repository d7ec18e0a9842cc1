package io.policyengine.core.params;

import com.google.re2j.Pattern;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Masks the parts of JSON that the schema marks {@code writeOnly}, and the parts that do not match the schema. An
 * object written instead of a list may contain the list's secrets, and an unknown key may be a misspelt secret. A
 * reference, such as <code>${file:PATH}</code>, only names the location of a secret and is not masked.
 */
public final class SecretMask {
    /** The text that replaces a secret. */
    public static final String MASK = "(secret)";

    private static final List<String> ALTERNATIVES = List.of("anyOf", "oneOf", "allOf");
    private static final List<String> OTHER_KEYS = List.of("additionalProperties", "unevaluatedProperties");
    private static final Pattern REFERENCE = Pattern.compile("\\$\\{(env|file):[^}]*\\}");

    private SecretMask() {}

    /** Returns a copy with masked secrets. */
    public static JsonNode mask(JsonNode schema, JsonNode value) {
        return isSecret(schema) || !fits(schema, value) ? hidden(value) : parts(schema, withKnownKeys(schema, value));
    }

    /** Returns whether the value has the structure that the schema describes: object, list, or scalar. */
    private static boolean fits(JsonNode schema, JsonNode value) {
        return value.isNull() || holds(schema, part -> isOfType(part, value));
    }

    /**
     * Returns whether a test is true for the schema, for all schemas that it combines, and for at least one of its
     * alternatives.
     */
    private static boolean holds(JsonNode schema, Predicate<JsonNode> test) {
        return test.test(schema)
                && holdsForAnyOrNone(schema.path("anyOf"), test)
                && holdsForAnyOrNone(schema.path("oneOf"), test)
                && schema.path("allOf").valueStream().allMatch(part -> holds(part, test));
    }

    private static boolean holdsForAnyOrNone(JsonNode alternatives, Predicate<JsonNode> test) {
        return alternatives.isEmpty() || alternatives.valueStream().anyMatch(alternative -> holds(alternative, test));
    }

    private static boolean isOfType(JsonNode schema, JsonNode value) {
        var type = schema.path("type");
        return type.isMissingNode()
                || (type.isArray() ? type.valueStream() : Stream.of(type))
                        .map(JsonNode::stringValue)
                        .anyMatch(name ->
                                value.isObject() == name.equals("object") && value.isArray() == name.equals("array"));
    }

    /** Returns whether the value contains a mask, for example because a user sent back JSON with masked secrets. */
    public static boolean isIn(JsonNode value) {
        return value.isString()
                ? value.stringValue().equals(MASK)
                : value.valueStream().anyMatch(SecretMask::isIn);
    }

    private static boolean isSecret(JsonNode schema) {
        return schema.path("writeOnly").asBoolean(false)
                || ALTERNATIVES.stream()
                        .flatMap(keyword -> schema.path(keyword).valueStream())
                        .anyMatch(SecretMask::isSecret);
    }

    private static JsonNode withKnownKeys(JsonNode schema, JsonNode value) {
        if (!(value instanceof ObjectNode object)) {
            return value;
        }
        var copy = JsonNodeFactory.instance.objectNode();
        object.forEachEntry((key, child) ->
                copy.set(key, holds(schema, part -> !isClosed(part) || names(part, key)) ? child : hidden(child)));
        return copy;
    }

    private static boolean isClosed(JsonNode schema) {
        return OTHER_KEYS.stream().anyMatch(keyword -> !schema.path(keyword).asBoolean(true));
    }

    private static boolean names(JsonNode schema, String key) {
        return schema.path("properties").has(key)
                || ALTERNATIVES.stream()
                        .flatMap(keyword -> schema.path(keyword).valueStream())
                        .anyMatch(part -> names(part, key));
    }

    private static JsonNode hidden(JsonNode value) {
        var isReference = value.isString() && REFERENCE.matches(value.stringValue());
        return value.isNull() || isReference ? value : JsonNodeFactory.instance.stringNode(MASK);
    }

    private static JsonNode parts(JsonNode schema, JsonNode value) {
        var masked = switch (value) {
            case ObjectNode object -> {
                var copy = JsonNodeFactory.instance.objectNode();
                object.forEachEntry((key, child) -> copy.set(key, mask(ofProperty(schema, key), child)));
                yield copy;
            }
            case ArrayNode array -> {
                var copy = JsonNodeFactory.instance.arrayNode();
                array.forEach(child -> copy.add(mask(schema.path("items"), child)));
                yield copy;
            }
            default -> value;
        };
        for (var keyword : ALTERNATIVES) {
            for (var alternative : schema.path(keyword)) {
                masked = parts(alternative, masked);
            }
        }
        return masked;
    }

    private static JsonNode ofProperty(JsonNode schema, String key) {
        var property = schema.path("properties").path(key);
        return property.isMissingNode() ? schema.path("additionalProperties") : property;
    }
}
