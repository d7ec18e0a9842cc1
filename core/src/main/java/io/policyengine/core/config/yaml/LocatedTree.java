package io.policyengine.core.config.yaml;

import io.policyengine.core.error.Location;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** A JSON document that knows the place of each value and key in its file. */
public final class LocatedTree {
    private final String file;
    private final JsonNode root;
    private final YamlPositions places;

    /**
     * A document of a file.
     *
     * @param places of the root and all that is in it
     */
    LocatedTree(String file, JsonNode root, YamlPositions places) {
        this.file = file;
        this.root = root;
        this.places = places;
    }

    /** An empty document of which only one place is known: all that is asked for is there. */
    public static LocatedTree at(Location location) {
        return new LocatedTree(
                location.file(), JsonNodeFactory.instance.objectNode(), YamlPositions.of(location, null));
    }

    /** The name of the file. */
    public String file() {
        return file;
    }

    /** The content. */
    public JsonNode root() {
        return root;
    }

    /** The place of a value, or of the nearest value around it that is there. */
    public Location value(String pointer) {
        YamlPositions found = places.nearest(JsonPointer.compile(pointer));
        return found.line() == 0 ? Location.ofFile(file) : new Location(file, found.line(), found.column());
    }

    /** The place of a key, or of the nearest value around it that is there. */
    public Location key(String pointer) {
        YamlPositions found = places.at(JsonPointer.compile(pointer));
        return found == null || found.keyLine() == 0
                ? value(pointer)
                : new Location(file, found.keyLine(), found.keyColumn());
    }

    /** Returns a copy with the same positions and another content. */
    public LocatedTree withRoot(JsonNode newRoot) {
        return new LocatedTree(file, newRoot, places);
    }
}
