package io.policyengine.core.policy;

import io.policyengine.core.envoy.KnownMessage;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Dynamic metadata that Envoy's own filters have added to an exchange, by namespace ({@code base.proto: Metadata}).
 * Clients and upstreams cannot write it. Contains only the namespaces that an entry of the exchange's route {@linkplain
 * EntryFacts#readingMetadata reads}, each in its latest version. Immutable.
 */
public final class EnvoyMetadata {
    private static final EnvoyMetadata EMPTY = new EnvoyMetadata(Map.of(), Map.of());

    /** Estimated bytes of an object, a map entry, or a number. */
    private static final int OBJECT_BYTES = 48;

    private final Map<String, Map<String, Object>> untyped;
    private final Map<String, Typed> typed;

    private EnvoyMetadata(Map<String, Map<String, Object>> untyped, Map<String, Typed> typed) {
        this.untyped = untyped;
        this.typed = typed;
    }

    /**
     * A message in a typed namespace ({@code google.protobuf.Any}), of a type chosen by the Envoy filter that wrote it.
     *
     * @param typeUrl such as {@code type.googleapis.com/envoy.data.ai.v3.RequestInfo}
     * @param value the encoded message; shared, must not be modified
     */
    public record Typed(String typeUrl, Buffer value) {}

    public static EnvoyMetadata empty() {
        return EMPTY;
    }

    public static Builder builder() {
        return EMPTY.toBuilder();
    }

    public Builder toBuilder() {
        return new Builder(this);
    }

    /**
     * Returns the members of an untyped namespace; empty if the namespace is missing. Values are strings, longs
     * (numbers without a fraction), doubles, booleans, and lists and maps of these. Null values are omitted.
     */
    public Map<String, Object> untyped(String namespace) {
        return untyped.getOrDefault(namespace, Map.of());
    }

    /** The message of a typed namespace; empty if Envoy did not send it. */
    public Optional<Typed> typed(String namespace) {
        return Optional.ofNullable(typed.get(namespace));
    }

    /**
     * The members of an untyped namespace, or the fields of a typed one in snake case if its message type is
     * {@linkplain KnownMessage known}; otherwise empty.
     */
    public Map<String, Object> fields(String namespace) {
        Typed message = typed.get(namespace);
        Map<String, Object> known = message == null
                ? null
                : KnownMessage.of(message.typeUrl())
                        .flatMap(type -> type.read(message.value()))
                        .orElse(null);
        return known == null ? untyped(namespace) : known;
    }

    /** Returns whether Envoy sent the namespace untyped. */
    public boolean hasUntyped(String namespace) {
        return untyped.containsKey(namespace);
    }

    /** Returns whether Envoy sent the namespace, untyped or typed. */
    public boolean has(String namespace) {
        return untyped.containsKey(namespace) || typed.containsKey(namespace);
    }

    public boolean isEmpty() {
        return untyped.isEmpty() && typed.isEmpty();
    }

    /** The names of all namespaces, untyped and typed. */
    public Set<String> namespaces() {
        Set<String> names = new HashSet<>(untyped.keySet());
        names.addAll(typed.keySet());
        return Collections.unmodifiableSet(names);
    }

    public EnvoyMetadata only(Set<String> namespaces) {
        if (namespaces.isEmpty()) {
            return EMPTY;
        }
        if (isEmpty() || (namespaces.containsAll(untyped.keySet()) && namespaces.containsAll(typed.keySet()))) {
            return this;
        }
        Map<String, Map<String, Object>> someUntyped = new HashMap<>(untyped);
        someUntyped.keySet().retainAll(namespaces);
        Map<String, Typed> someTyped = new HashMap<>(typed);
        someTyped.keySet().retainAll(namespaces);
        return someUntyped.isEmpty() && someTyped.isEmpty() ? EMPTY : new EnvoyMetadata(someUntyped, someTyped);
    }

    /** The estimated memory in bytes. */
    public long size() {
        long size = 0;
        for (Map.Entry<String, Map<String, Object>> entry : untyped.entrySet()) {
            size += sizeOf(entry.getKey()) + sizeOf(entry.getValue());
        }
        for (Map.Entry<String, Typed> entry : typed.entrySet()) {
            size += sizeOf(entry.getKey())
                    + sizeOf(entry.getValue().typeUrl())
                    + entry.getValue().value().length();
        }
        return size;
    }

    private static long sizeOf(Object value) {
        return switch (value) {
            case String text -> OBJECT_BYTES + (long) text.length();
            case List<?> list -> {
                long size = OBJECT_BYTES;
                for (Object element : list) {
                    size += sizeOf(element);
                }
                yield size;
            }
            case Map<?, ?> map -> {
                long size = OBJECT_BYTES;
                for (Map.Entry<?, ?> entry : map.entrySet()) {
                    size += OBJECT_BYTES + sizeOf(entry.getKey()) + sizeOf(entry.getValue());
                }
                yield size;
            }
            default -> OBJECT_BYTES;
        };
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof EnvoyMetadata that && untyped.equals(that.untyped) && typed.equals(that.typed);
    }

    @Override
    public int hashCode() {
        return 31 * untyped.hashCode() + typed.hashCode();
    }

    /** Returns the namespaces only, since values may be private. */
    @Override
    public String toString() {
        return namespaces().toString();
    }

    /** A builder of a changed copy. Usable once, because {@link #build} passes its maps to the copy. */
    public static final class Builder {
        private final Map<String, Map<String, Object>> untyped;
        private final Map<String, Typed> typed;

        private Builder(EnvoyMetadata start) {
            this.untyped = new HashMap<>(start.untyped);
            this.typed = new HashMap<>(start.typed);
        }

        /**
         * Sets an untyped namespace, replacing its earlier content.
         *
         * @param members strings, numbers, booleans, lists and maps of these; others are ignored
         */
        public Builder untyped(String namespace, Map<String, ?> members) {
            untyped.put(namespace, mapOf(members));
            return this;
        }

        /** Sets a typed namespace, replacing its earlier content. */
        public Builder typed(String namespace, Typed message) {
            typed.put(namespace, message);
            return this;
        }

        /** Removes a namespace, untyped and typed. */
        public Builder remove(String namespace) {
            untyped.remove(namespace);
            typed.remove(namespace);
            return this;
        }

        /** Returns the metadata; the builder must not be used afterwards. */
        public EnvoyMetadata build() {
            return untyped.isEmpty() && typed.isEmpty() ? EMPTY : new EnvoyMetadata(untyped, typed);
        }

        private static Map<String, Object> mapOf(Map<?, ?> members) {
            Map<String, Object> copy = LinkedHashMap.newLinkedHashMap(members.size());
            members.forEach((name, member) -> {
                Object value = valueOf(member);
                if (value != null) {
                    copy.put(String.valueOf(name), value);
                }
            });
            return Collections.unmodifiableMap(copy);
        }

        private static @Nullable Object valueOf(@Nullable Object value) {
            return switch (value) {
                case String _, Boolean _, Long _ -> value;
                case Integer number -> number.longValue();
                case Number number -> numberOf(number.doubleValue());
                case Map<?, ?> map -> mapOf(map);
                case List<?> list -> {
                    List<Object> copy = new ArrayList<>(list.size());
                    for (Object element : list) {
                        Object kept = valueOf(element);
                        if (kept != null) {
                            copy.add(kept);
                        }
                    }
                    yield Collections.unmodifiableList(copy);
                }
                case null, default -> null;
            };
        }

        /** Converts a whole number to a long. Protobuf structs contain only doubles. */
        private static Object numberOf(double number) {
            return number == Math.rint(number) && Math.abs(number) <= 1L << 53 ? (Object) (long) number : number;
        }
    }
}
