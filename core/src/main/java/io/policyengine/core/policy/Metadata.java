package io.policyengine.core.policy;

import io.policyengine.core.instruction.SetMetadata;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * JSON values by key, passed from policy to policy, across workers, and from the request phase to the response phase.
 * Immutable.
 */
public final class Metadata {
    private static final Metadata EMPTY = new Metadata(Map.of(), 0);

    private final Map<String, JsonNode> values;
    private final int size;

    private Metadata(Map<String, JsonNode> values, int size) {
        this.values = values;
        this.size = size;
    }

    public static Metadata empty() {
        return EMPTY;
    }

    public static Metadata of(Map<String, JsonNode> values) {
        Builder builder = EMPTY.toBuilder();
        values.forEach(builder::set);
        return builder.build();
    }

    public Builder toBuilder() {
        return new Builder(this);
    }

    public @Nullable JsonNode get(String key) {
        return values.get(key);
    }

    /** The value as text: a string's characters or the JSON of any other value; null if absent or JSON's null. */
    public @Nullable String text(String key) {
        JsonNode value = values.get(key);
        if (value == null || value.isNull()) {
            return null;
        }
        return value.isString() ? value.stringValue() : value.toString();
    }

    /**
     * Returns the metadata as changed by these instructions. Besides {@link SetMetadata}, two kinds of instructions
     * have an effect. An instruction that announces an {@link Identity} first removes all parts of the former identity.
     * An instruction that writes a request field removes the field from the proof of the identity. An empty id is not
     * stored.
     */
    public Metadata after(List<?> instructions) {
        Builder changed = Identity.isAnnouncedBy(instructions)
                ? toBuilder().removeIf(Identity::isHeldBy)
                : withoutProofsIn(instructions);
        for (int i = 0; i < instructions.size(); i++) {
            if (instructions.get(i) instanceof SetMetadata(String key, JsonNode value)
                    && !Identity.isEmptyId(key, value)) {
                changed = (changed == null ? toBuilder() : changed).set(key, value);
            }
        }
        return changed == null ? this : changed.build();
    }

    /** Returns a builder whose proof omits the fields that the instructions write; null if nothing changes. */
    private @Nullable Builder withoutProofsIn(List<?> instructions) {
        JsonNode proof = values.get(Identity.PROOF);
        if (proof == null || !isAnyWritten(proof, instructions)) {
            return null;
        }
        List<String> left = proof.valueStream()
                .map(JsonNode::asString)
                .filter(field -> !Identity.isWritten(field, instructions))
                .toList();
        return toBuilder().set(Identity.PROOF, Identity.provenBy(left).value());
    }

    private static boolean isAnyWritten(JsonNode proof, List<?> instructions) {
        for (JsonNode field : proof) {
            if (Identity.isWritten(field.asString(), instructions)) {
                return true;
            }
        }
        return false;
    }

    public Map<String, JsonNode> values() {
        return Collections.unmodifiableMap(values);
    }

    /** The approximate size of all keys and values as JSON, in bytes. At most {@code max_state_size_bytes}. */
    public int size() {
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

    /** Returns the keys only, since values may be private. */
    @Override
    public String toString() {
        return values.keySet().toString();
    }

    private static int sizeOf(JsonNode value) {
        if (value.isString()) {
            return utf8Length(value.stringValue()) + 2;
        }
        if (value.isContainer()) {
            int size = 2;
            for (Map.Entry<String, JsonNode> field : value.properties()) {
                size += utf8Length(field.getKey()) + 4;
            }
            for (JsonNode element : value) {
                size += sizeOf(element) + 1;
            }
            return size;
        }
        return value.toString().length();
    }

    private static int utf8Length(String text) {
        int length = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            // Half of a surrogate pair counts for half of its four bytes.
            length += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
        }
        return length;
    }

    /** A builder of a changed copy. Usable once, because {@link #build} passes its map to the copy. */
    public static final class Builder {
        private final Map<String, JsonNode> values;
        private int size;

        private Builder(Metadata start) {
            this.values = new HashMap<>(start.values);
            this.size = start.size;
        }

        public Builder set(String key, JsonNode value) {
            JsonNode before = values.put(key, value);
            size += sizeOf(value) + (before == null ? utf8Length(key) : -sizeOf(before));
            return this;
        }

        private Builder removeIf(Predicate<String> keys) {
            values.entrySet().removeIf(entry -> {
                boolean removed = keys.test(entry.getKey());
                size -= removed ? utf8Length(entry.getKey()) + sizeOf(entry.getValue()) : 0;
                return removed;
            });
            return this;
        }

        /** Returns the metadata; the builder must not be used afterwards. */
        public Metadata build() {
            return new Metadata(values, size);
        }
    }
}
