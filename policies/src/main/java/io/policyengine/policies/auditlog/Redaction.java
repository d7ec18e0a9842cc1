package io.policyengine.policies.auditlog;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Masks the values at JSON Pointers (RFC 6901), in which {@code *} is each member, or each element. */
final class Redaction {
    private static final String MASK = "[redacted]";
    private static final String EACH = "*";

    private final List<List<String>> pointers = new ArrayList<>();

    /**
     * That of these pointers.
     *
     * @throws IllegalArgumentException if one is none
     */
    Redaction(List<String> pointers) {
        pointers.forEach(pointer -> this.pointers.add(segments(pointer)));
    }

    private static List<String> segments(String pointer) {
        if (!pointer.startsWith("/")) {
            throw new IllegalArgumentException("not a JSON Pointer: it begins with '/', as in /user/password");
        }
        List<String> segments = new ArrayList<>();
        for (String segment : List.of(pointer.substring(1).split("/", -1))) {
            segments.add(segment.replace("~1", "/").replace("~0", "~"));
        }
        return List.copyOf(segments);
    }

    boolean isEmpty() {
        return pointers.isEmpty();
    }

    /** Masks the values in the tree. */
    void apply(JsonNode tree) {
        for (List<String> pointer : pointers) {
            mask(tree, pointer, 0);
        }
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
