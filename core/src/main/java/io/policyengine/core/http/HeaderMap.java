package io.policyengine.core.http;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The header fields of one message: ordered, repeatable, case-insensitive, immutable.
 *
 * <p>Names are in lower case. A value consists of octets (RFC 9110 §5.5), held as a string in which each char is one
 * octet (ISO-8859-1). So bytes that are not UTF-8 are preserved; {@link Octets} converts to and from text. Pseudo
 * headers are not in the map.
 */
public final class HeaderMap {
    private static final HeaderMap EMPTY = new HeaderMap(new String[0], 0);

    /** The names and values of the fields, alternating. */
    private final String[] fields;

    private final int length;

    private HeaderMap(String[] fields, int length) {
        this.fields = fields;
        this.length = length;
    }

    public static HeaderMap empty() {
        return EMPTY;
    }

    /** Creates a map from alternating names and values, in this order. */
    public static HeaderMap of(String... namesAndValues) {
        if (namesAndValues.length % 2 != 0) {
            throw new IllegalArgumentException("names and values must alternate");
        }
        Builder builder = new Builder(namesAndValues.length / 2);
        for (int i = 0; i < namesAndValues.length; i += 2) {
            builder.append(namesAndValues[i], namesAndValues[i + 1]);
        }
        return builder.build();
    }

    /** Creates an empty builder with room for {@code expected} fields. */
    public static Builder builder(int expected) {
        return new Builder(expected);
    }

    public Builder toBuilder() {
        return new Builder(this);
    }

    /** Returns the first value of the field, or null. */
    public @Nullable String get(String name) {
        String key = lowerCase(name);
        for (int i = 0; i < length; i += 2) {
            if (fields[i].equals(key)) {
                return fields[i + 1];
            }
        }
        return null;
    }

    /** Returns all values of the field in order; an empty list if the field is absent. */
    public List<String> getAll(String name) {
        String key = lowerCase(name);
        List<String> values = List.of();
        for (int i = 0; i < length; i += 2) {
            if (fields[i].equals(key)) {
                if (values.isEmpty()) {
                    values = List.of(fields[i + 1]);
                } else {
                    values = values.size() == 1 ? new ArrayList<>(values) : values;
                    values.add(fields[i + 1]);
                }
            }
        }
        return values;
    }

    public boolean contains(String name) {
        return get(name) != null;
    }

    /** Returns a copy without the fields whose lower-case names match, or this map if no name matches. */
    public HeaderMap without(Predicate<String> names) {
        for (int i = 0; i < length; i += 2) {
            if (names.test(fields[i])) {
                return withoutFrom(i, names);
            }
        }
        return this;
    }

    private HeaderMap withoutFrom(int first, Predicate<String> names) {
        String[] kept = Arrays.copyOf(fields, length);
        int end = first;
        for (int i = first + 2; i < length; i += 2) {
            if (!names.test(fields[i])) {
                kept[end] = fields[i];
                kept[end + 1] = fields[i + 1];
                end += 2;
            }
        }
        return end == 0 ? EMPTY : new HeaderMap(kept, end);
    }

    /** The number of fields. A repeated field is counted each time. */
    public int size() {
        return length / 2;
    }

    /** Calls the action with the lower-case name and the value of each field, in order. */
    public void forEach(BiConsumer<String, String> action) {
        for (int i = 0; i < length; i += 2) {
            action.accept(fields[i], fields[i + 1]);
        }
    }

    /** The sum of the lengths of names and values, in octets. */
    public int octets() {
        int sum = 0;
        for (int i = 0; i < length; i++) {
            sum += fields[i].length();
        }
        return sum;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof HeaderMap that && Arrays.equals(fields, 0, length, that.fields, 0, that.length);
    }

    @Override
    public int hashCode() {
        int hash = 1;
        for (int i = 0; i < length; i++) {
            hash = 31 * hash + fields[i].hashCode();
        }
        return hash;
    }

    /** Returns names and values. The text must not be logged, since values may be credentials. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("[");
        forEach((name, value) -> text.append(text.length() > 1 ? ", " : "")
                .append(name)
                .append(": ")
                .append(value));
        return text.append(']').toString();
    }

    /** Converts ASCII letters to lower case; returns the same string if nothing changes. */
    public static String lowerCase(String name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c >= 'A' && c <= 'Z') {
                return lowerCaseFrom(name, i);
            }
        }
        return name;
    }

    private static String lowerCaseFrom(String name, int start) {
        char[] chars = name.toCharArray();
        for (int i = start; i < chars.length; i++) {
            if (chars[i] >= 'A' && chars[i] <= 'Z') {
                chars[i] = (char) (chars[i] + ('a' - 'A'));
            }
        }
        return new String(chars);
    }

    /**
     * Builds a header map, empty at first or a copy of another. Usable once, because the built map takes the builder's
     * array.
     */
    public static final class Builder {
        private String[] fields;
        private int length;

        private Builder(int expected) {
            this.fields = new String[Math.max(8, expected * 2)];
        }

        private Builder(HeaderMap start) {
            this.fields = Arrays.copyOf(start.fields, Math.max(8, start.length + 8));
            this.length = start.length;
        }

        public Builder append(String name, String value) {
            return add(lowerCase(name), value);
        }

        private Builder add(String key, String value) {
            if (length == fields.length) {
                fields = Arrays.copyOf(fields, length * 2);
            }
            fields[length++] = key;
            fields[length++] = value;
            return this;
        }

        /**
         * Replaces all fields of this name by one field, at the position of the first. If no field has this name,
         * appends the field.
         */
        public Builder set(String name, String value) {
            String key = lowerCase(name);
            for (int i = 0; i < length; i += 2) {
                if (fields[i].equals(key)) {
                    fields[i + 1] = value;
                    removeFrom(key, i + 2);
                    return this;
                }
            }
            return add(key, value);
        }

        public Builder remove(String name) {
            removeFrom(lowerCase(name), 0);
            return this;
        }

        private void removeFrom(String key, int start) {
            int kept = start;
            for (int i = start; i < length; i += 2) {
                if (!fields[i].equals(key)) {
                    fields[kept] = fields[i];
                    fields[kept + 1] = fields[i + 1];
                    kept += 2;
                }
            }
            length = kept;
        }

        /** Returns the map; the builder must not be used afterwards. */
        public HeaderMap build() {
            HeaderMap map = length == 0 ? EMPTY : new HeaderMap(fields, length);
            fields = new String[0];
            length = 0;
            return map;
        }
    }
}
