package io.policyengine.core.params;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Permits a list with one item to be written as that item. The types and keywords of the items are added to the schema
 * of the list, where they have no effect on lists. This treats defaults, secrets and unknown keys equally in both
 * forms. A list of lists, or of alternatives, must always be written as a list.
 */
final class SingleItems {
    private static final String TYPE = "type";
    private static final String ARRAY = "array";
    private static final String ITEMS = "items";
    private static final String ENUM = "enum";

    /** Keywords that are kept separately for a list and for its items. */
    private static final Set<String> OWN = Set.of(TYPE, ENUM, "title", "description", "default", "examples");

    /**
     * Keywords that do not depend on the type of a value. If copied from the schema of the items, they would apply to
     * the list as well.
     */
    private static final Set<String> OF_ALL_TYPES = Set.of("const", "anyOf", "oneOf", "allOf", "not", "$ref");

    private SingleItems() {}

    /** Permits single items in place of lists at any depth of a record's schema. */
    static void allow(JsonNode schema) {
        schema.path("properties").forEach(SingleItems::allow);
        allowIn(schema.path("additionalProperties"));
        allowIn(schema.path(ITEMS));
        if (schema instanceof ObjectNode list && list.path(ITEMS) instanceof ObjectNode item && isSingle(item)) {
            allow(list, item);
        }
    }

    private static void allowIn(JsonNode schema) {
        if (schema.isObject()) {
            allow(schema);
        }
    }

    private static boolean isSingle(ObjectNode item) {
        Set<String> types = types(item);
        return !types.isEmpty()
                && !types.contains(ARRAY)
                && OF_ALL_TYPES.stream().noneMatch(item::has);
    }

    private static void allow(ObjectNode list, ObjectNode item) {
        Set<String> both = types(list);
        both.addAll(types(item));
        var written = list.putArray(TYPE);
        both.forEach(written::add);
        item.forEachEntry((keyword, value) -> {
            if (!OWN.contains(keyword)) {
                list.set(keyword, value.deepCopy());
            }
        });
        if (item.has(ENUM)) {
            var forms = list.putArray("anyOf");
            forms.addObject().put(TYPE, ARRAY);
            forms.addObject().set(ENUM, item.get(ENUM).deepCopy());
        }
    }

    private static Set<String> types(JsonNode schema) {
        JsonNode type = schema.path(TYPE);
        return (type.isArray() ? type.valueStream() : Stream.of(type))
                .map(name -> name.asString(""))
                .filter(name -> !name.isEmpty())
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /** Converts a pointer to the written form. If an item is written without its list, the pointer loses the index. */
    static String asWritten(String pointer, JsonNode params) {
        JsonPointer written = JsonPointer.empty();
        JsonNode node = params;
        for (JsonPointer rest = JsonPointer.compile(pointer); !rest.matches(); rest = rest.tail()) {
            String step = rest.getMatchingProperty();
            boolean isTheOnlyItem = step.equals("0") && !node.isArray() && !node.isMissingNode() && !node.has(step);
            if (!isTheOnlyItem) {
                written = written.appendProperty(step);
                node = node.isArray() ? node.path(rest.getMatchingIndex()) : node.path(step);
            }
        }
        return written.toString();
    }
}
