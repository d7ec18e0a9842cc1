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
 * A place in a JSON text (RFC 6901), other than the whole.
 *
 * @param tokens unescaped
 */
record JsonPath(List<String> tokens) {
    private static final int MAX_TOKENS = 100;
    private static final String AFTER_LAST = "-";

    /**
     * Parses a JSON Pointer.
     *
     * @throws IllegalArgumentException if the text is invalid, with the remedy
     */
    static JsonPath parse(String pointer) {
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
        return new JsonPath(List.copyOf(tokens));
    }

    private static String unescaped(String token) {
        for (int at = token.indexOf('~'); at >= 0; at = token.indexOf('~', at + 1)) {
            char next = at + 1 < token.length() ? token.charAt(at + 1) : ' ';
            if (next != '0' && next != '1') {
                throw new IllegalArgumentException("in a JSON Pointer ~0 stands for ~ and ~1 for /");
            }
        }
        return token.replace("~1", "/").replace("~0", "~");
    }

    /** True if the last step is the place after the last element of an array. */
    boolean adds() {
        return tokens.getLast().equals(AFTER_LAST);
    }

    /** True if the other place is in what is here. */
    boolean isAbove(JsonPath other) {
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

    /** Removes what is here; whether there was something. */
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
     * Sets a value here, and makes what is missing on the way: an array before {@code -}, else an object. A value that is neither
     * object nor array is replaced by such a one.
     *
     * @return the text after it: the same node, or another if the text was a single value
     * @throws UnfitBodyException if an array on the way has no such element
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

    /** Gives the member here another name, in its place among the others, and drops the one that had it; whether there was a member. */
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
     * Adds a value here: before the element of this number, after the last one, or in place of a member (RFC 6902 §4.1).
     *
     * @throws UnfitBodyException if there is nothing that it could be added to
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
            throw new UnfitBodyException("there is nothing to which a value could be added");
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
                throw new UnfitBodyException("an array has no element where the JSON Pointer goes");
            }
        }
    }

    /** RFC 6901 §4: digits without leading zeros; -1 if it is no index. */
    private static int index(String token) {
        boolean digits = !token.isEmpty() && token.chars().allMatch(c -> c >= '0' && c <= '9');
        return digits && token.length() <= 9 && (token.length() == 1 || token.charAt(0) != '0')
                ? Integer.parseInt(token)
                : -1;
    }
}
