package io.policyengine.core.config;

import io.policyengine.core.error.Location;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * A JSON document that knows the place of each value and key in its file.
 *
 * @param values by JSON Pointer; at least that of the root
 * @param keys by JSON Pointer of the value that the key names
 */
record LocatedTree(String file, JsonNode root, Map<String, Location> values, Map<String, Location> keys) {

    /** The place of a value, or of the nearest value around it that is there. */
    Location value(String pointer) {
        return nearest(values, pointer);
    }

    /** The place of a key, or of the nearest value around it that is there. */
    Location key(String pointer) {
        var place = keys.get(pointer);
        return place == null ? value(pointer) : place;
    }

    /** The same places with other content. */
    LocatedTree withRoot(JsonNode newRoot) {
        return new LocatedTree(file, newRoot, values, keys);
    }

    private Location nearest(Map<String, Location> places, String pointer) {
        for (var at = pointer; ; at = at.substring(0, at.lastIndexOf('/'))) {
            var place = places.get(at);
            if (place != null) {
                return place;
            }
            if (at.isEmpty()) {
                return Location.ofFile(file);
            }
        }
    }
}
