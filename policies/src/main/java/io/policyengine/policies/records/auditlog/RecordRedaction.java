package io.policyengine.policies.records.auditlog;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Masks values in JSON. Values are selected by JSON Pointers (RFC 6901) or by names of members at any place. In a
 * pointer, {@code *} matches each member or element.
 */
final class RecordRedaction {
    private static final String MASK = "[redacted]";
    private static final String EACH = "*";

    private final List<List<String>> pointers = new ArrayList<>();
    private final Set<String> names = new HashSet<>();

    /**
     * Creates a redaction of the values at the given places.
     *
     * @param places JSON Pointers, or names of members, which have no slash
     * @throws IllegalArgumentException if a place is neither
     */
    RecordRedaction(List<String> places) {
        for (String place : places) {
            if (place.startsWith("/")) {
                pointers.add(segments(place));
            } else if (place.isEmpty() || place.equals(EACH) || place.contains("/")) {
                throw new IllegalArgumentException(
                        "'" + place
                                + "' is neither a JSON Pointer, which begins with '/' as in /user/password, nor the name of a member");
            } else {
                names.add(place);
            }
        }
    }

    private static List<String> segments(String pointer) {
        List<String> segments = new ArrayList<>();
        for (String segment : List.of(pointer.substring(1).split("/", -1))) {
            segments.add(segment.replace("~1", "/").replace("~0", "~"));
        }
        return List.copyOf(segments);
    }

    boolean isEmpty() {
        return pointers.isEmpty() && names.isEmpty();
    }

    void apply(JsonNode tree) {
        for (List<String> pointer : pointers) {
            mask(tree, pointer, 0);
        }
        if (!names.isEmpty()) {
            maskNamed(tree);
        }
    }

    private void maskNamed(JsonNode node) {
        if (node instanceof ObjectNode object) {
            for (String name : List.copyOf(object.propertyNames())) {
                if (names.contains(name)) {
                    object.put(name, MASK);
                }
            }
        }
        node.forEach(this::maskNamed);
    }

    private static void mask(JsonNode node, List<String> pointer, int at) {
        String segment = pointer.get(at);
        if (node instanceof ObjectNode object) {
            List<String> names = segment.equals(EACH)
                    ? List.copyOf(object.propertyNames())
                    : object.has(segment) ? List.of(segment) : List.of();
            for (String name : names) {
                if (at == pointer.size() - 1) {
                    object.put(name, MASK);
                } else {
                    mask(object.path(name), pointer, at + 1);
                }
            }
        } else if (node instanceof ArrayNode array) {
            for (int i = 0; i < array.size(); i++) {
                if (!segment.equals(EACH) && !segment.equals(String.valueOf(i))) {
                    continue;
                }
                if (at == pointer.size() - 1) {
                    array.set(i, JsonNodeFactory.instance.stringNode(MASK));
                } else {
                    mask(array.get(i), pointer, at + 1);
                }
            }
        }
    }
}
