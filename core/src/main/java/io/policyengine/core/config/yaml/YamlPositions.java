package io.policyengine.core.config.yaml;

import io.policyengine.core.error.Location;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonPointer;

/**
 * The position of a value, of its key, and of everything in the value. Compact, because the routes of a running
 * configuration keep it.
 *
 * @param keyLine 0 if the value has no key
 * @param members the positions of a mapping's values, by key
 * @param items the positions of a list's items
 */
record YamlPositions(
        int line,
        int column,
        int keyLine,
        int keyColumn,
        Map<String, YamlPositions> members,
        List<YamlPositions> items) {
    /** Returns the position of a value without children. */
    static YamlPositions of(Location value, @Nullable Location key) {
        return of(value, key, Map.of(), List.of());
    }

    static YamlPositions of(
            Location value, @Nullable Location key, Map<String, YamlPositions> members, List<YamlPositions> items) {
        return new YamlPositions(
                value.line(),
                value.column(),
                key == null ? 0 : key.line(),
                key == null ? 0 : key.column(),
                Map.copyOf(members),
                List.copyOf(items));
    }

    /** Returns the positions at a pointer. If no value exists there, returns those of the nearest enclosing value. */
    YamlPositions nearest(JsonPointer pointer) {
        YamlPositions next = child(pointer);
        return next == null ? this : next.nearest(pointer.tail());
    }

    /** Returns the positions at a pointer, or null if the value does not exist. */
    @Nullable
    YamlPositions at(JsonPointer pointer) {
        if (pointer.matches()) {
            return this;
        }
        YamlPositions next = child(pointer);
        return next == null ? null : next.at(pointer.tail());
    }

    private @Nullable YamlPositions child(JsonPointer pointer) {
        if (pointer.matches()) {
            return null;
        }
        int index = pointer.getMatchingIndex();
        return index >= 0 && index < items.size() ? items.get(index) : members.get(pointer.getMatchingProperty());
    }
}
