package io.policyengine.core.config;

import io.policyengine.core.error.Location;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;

/**
 * A JSON document that knows the place of each value and key in its file.
 *
 * @param places of the root and all that is in it
 */
record LocatedTree(String file, JsonNode root, Places places) {

    /** The place of a value, or of the nearest value around it that is there. */
    Location value(String pointer) {
        Places found = places.nearest(JsonPointer.compile(pointer));
        return found.line() == 0 ? Location.ofFile(file) : new Location(file, found.line(), found.column());
    }

    /** The place of a key, or of the nearest value around it that is there. */
    Location key(String pointer) {
        Places found = places.at(JsonPointer.compile(pointer));
        return found == null || found.keyLine() == 0
                ? value(pointer)
                : new Location(file, found.keyLine(), found.keyColumn());
    }

    /** The same places with other content. */
    LocatedTree withRoot(JsonNode newRoot) {
        return new LocatedTree(file, newRoot, places);
    }
}
