package io.policyengine.core.policy;

import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** JSON values by key that travel from policy to policy, across workers, and from the request to the response. Immutable. */
public final class Metadata {
    private static final Metadata EMPTY = new Metadata(Map.of());

    private final Map<String, JsonNode> values;

    private Metadata(Map<String, JsonNode> values) {
        this.values = values;
    }

    /** Nothing. */
    public static Metadata empty() {
        return EMPTY;
    }

    /** These values. */
    public static Metadata of(Map<String, JsonNode> values) {
        return values.isEmpty() ? EMPTY : new Metadata(Map.copyOf(values));
    }

    /** The value, or null. */
    public @Nullable JsonNode get(String key) {
        return values.get(key);
    }

    /** The value as text: a string's characters, the JSON of anything else; null if absent. */
    public @Nullable String text(String key) {
        JsonNode value = values.get(key);
        return value == null ? null : value.isString() ? value.stringValue() : value.toString();
    }

    /** The same with one more value, or another. */
    public Metadata with(String key, JsonNode value) {
        Map<String, JsonNode> changed = new HashMap<>(values);
        changed.put(key, value);
        return new Metadata(changed);
    }

    /** All values. */
    public Map<String, JsonNode> values() {
        return Collections.unmodifiableMap(values);
    }

    /** The size that counts against {@code max_state_size_bytes}: keys and values as JSON text, in chars. */
    public int size() {
        int size = 0;
        for (Map.Entry<String, JsonNode> entry : values.entrySet()) {
            size += entry.getKey().length() + entry.getValue().toString().length();
        }
        return size;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Metadata that && values.equals(that.values);
    }

    @Override
    public int hashCode() {
        return values.hashCode();
    }

    /** The keys only: values may be private. */
    @Override
    public String toString() {
        return values.keySet().toString();
    }
}
