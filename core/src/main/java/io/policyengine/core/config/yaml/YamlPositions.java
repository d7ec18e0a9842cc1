package io.policyengine.core.config.yaml;

import io.policyengine.core.error.Location;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonPointer;

/**
 * The position of a value, of its key, and of everything in it. Compact, because the routes of a running configuration
 * keep it.
 *
 * @param keyLine 0 if it has no key
 * @param members of a mapping, by key
 * @param items of a list
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

    /** Returns the positions at a pointer, or of the nearest existing value around it. */
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
