package io.policyengine.policies.message.transformbody;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A JSON Pointer (RFC 6901) to a value inside a JSON text. It never points to the whole text.
 *
 * @param tokens unescaped reference tokens
 */
record ValuePointer(List<String> tokens) {
    /** Maximum number of reference tokens of a JSON Pointer. */
    private static final int MAX_TOKENS = 100;

    private static final String AFTER_LAST = "-";

    /**
     * Parses a JSON Pointer.
     *
     * @throws IllegalArgumentException if the text is invalid; the message names the remedy
     */
    static ValuePointer parse(String pointer) {
        if (!pointer.startsWith("/")) {
            throw new IllegalArgumentException("a JSON Pointer (RFC 6901) such as /user/id is expected");
        }
        List<String> tokens = new ArrayList<>();
        for (String token : pointer.substring(1).split("/", -1)) {
            tokens.add(unescaped(token));
        }
        if (tokens.size() > MAX_TOKENS) {
            throw new IllegalArgumentException("a JSON Pointer of at most " + MAX_TOKENS + " steps is expected");
        }
        return new ValuePointer(List.copyOf(tokens));
    }

    private static String unescaped(String token) {
        for (int at = token.indexOf('~'); at >= 0; at = token.indexOf('~', at + 1)) {
            char next = at + 1 < token.length() ? token.charAt(at + 1) : ' ';
            if (next != '0' && next != '1') {
                throw new IllegalArgumentException("in a JSON Pointer ~0 means ~ and ~1 means /");
            }
        }
        return token.replace("~1", "/").replace("~0", "~");
    }

    /** Returns whether the path appends to an array. */
    boolean adds() {
        return tokens.getLast().equals(AFTER_LAST);
    }

    /** Returns whether another path leads into the value at this path. */
    boolean isAbove(ValuePointer other) {
        return other.tokens.size() > tokens.size()
                && other.tokens.subList(0, tokens.size()).equals(tokens);
    }

    /** Returns the value at the path, or null. */
    @Nullable
    JsonNode find(JsonNode root) {
        JsonNode parent = parent(root);
        return parent == null ? null : child(parent, tokens.getLast());
    }

    private @Nullable JsonNode parent(JsonNode root) {
        JsonNode parent = root;
        for (int i = 0; i < tokens.size() - 1 && parent != null; i++) {
            parent = child(parent, tokens.get(i));
        }
        return parent;
    }

    /** Removes the value at the path; returns false if it is absent. */
    boolean remove(JsonNode root) {
        JsonNode parent = parent(root);
        String last = tokens.getLast();
        return switch (parent) {
            case ObjectNode object -> object.remove(last) != null;
            case ArrayNode array -> array.remove(index(last)) != null;
            case null, default -> false;
        };
    }

    /**
     * Sets the value at the path, and creates missing containers: an array if the next token is {@code -}, otherwise an
     * object. A container replaces a scalar on the path.
     *
     * @return the root after the change: the same node, or another if it was a scalar
     * @throws UnfitBodyException if an array on the path has no such element
     */
    JsonNode set(JsonNode root, JsonNode value) throws UnfitBodyException {
        JsonNode whole = root.isContainer() ? root : empty(tokens.getFirst());
        JsonNode parent = whole;
        for (int i = 0; i < tokens.size() - 1; i++) {
            JsonNode next = child(parent, tokens.get(i));
            if (next == null || !next.isContainer()) {
                next = empty(tokens.get(i + 1));
                put(parent, tokens.get(i), next);
            }
            parent = next;
        }
        put(parent, tokens.getLast(), value);
        return whole;
    }

    /**
     * Renames the member at the path in place; returns false if nothing changes. Replaces a member that already has the
     * new name.
     */
    boolean rename(JsonNode root, String name) {
        String old = tokens.getLast();
        if (!(parent(root) instanceof ObjectNode object) || !object.has(old) || old.equals(name)) {
            return false;
        }
        Map<String, JsonNode> members = new LinkedHashMap<>();
        object.forEachEntry((member, value) -> {
            if (member.equals(old)) {
                members.put(name, value);
            } else if (!member.equals(name)) {
                members.put(member, value);
            }
        });
        object.removeAll();
        object.setAll(members);
        return true;
    }

    /**
     * Adds a value at the path (RFC 6902 §4.1): before an array element, after the last one, or as a member.
     *
     * @throws UnfitBodyException if the parent is not a container, or the index is out of bounds
     */
    void insert(JsonNode root, JsonNode value) throws UnfitBodyException {
        String last = tokens.getLast();
        JsonNode parent = parent(root);
        int index = index(last);
        if (parent instanceof ObjectNode object) {
            object.set(last, value);
        } else if (parent instanceof ArrayNode array && last.equals(AFTER_LAST)) {
            array.add(value);
        } else if (parent instanceof ArrayNode array && index >= 0 && index <= array.size()) {
            array.insert(index, value);
        } else {
            throw new UnfitBodyException(
                    "the object or array to which a value is to be added does not exist, or is too short");
        }
    }

    private static JsonNode empty(String token) {
        return token.equals(AFTER_LAST) ? JsonNodeFactory.instance.arrayNode() : JsonNodeFactory.instance.objectNode();
    }

    private static @Nullable JsonNode child(JsonNode parent, String token) {
        return parent.isArray() ? parent.get(index(token)) : parent.get(token);
    }

    private static void put(JsonNode parent, String token, JsonNode value) throws UnfitBodyException {
        if (parent instanceof ObjectNode object) {
            object.set(token, value);
        } else if (parent instanceof ArrayNode array) {
            int index = index(token);
            if (token.equals(AFTER_LAST)) {
                array.add(value);
            } else if (index >= 0 && index < array.size()) {
                array.set(index, value);
            } else {
                throw new UnfitBodyException("an array lacks the element that the JSON Pointer names");
            }
        }
    }

    /** Returns the array index of a token, without leading zeros (RFC 6901 §4); -1 if it is not an index. */
    private static int index(String token) {
        boolean digits = !token.isEmpty() && token.chars().allMatch(c -> c >= '0' && c <= '9');
        return digits && token.length() <= 9 && (token.length() == 1 || token.charAt(0) != '0')
                ? Integer.parseInt(token)
                : -1;
    }
}
