package io.policyengine.core.config.yaml;

import io.policyengine.core.error.Location;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** A JSON document with the position of each value and key in its file. */
public final class LocatedTree {
    private final String file;
    private final JsonNode root;
    private final YamlPositions places;

    /**
     * Creates a document that was read from a file.
     * @param places the positions of the root and of everything inside it
     */
    LocatedTree(String file, JsonNode root, YamlPositions places) {
        this.file = file;
        this.root = root;
        this.places = places;
    }

    /** Creates an empty document that returns the same position for every pointer. */
    public static LocatedTree at(Location location) {
        return new LocatedTree(
                location.file(), JsonNodeFactory.instance.objectNode(), YamlPositions.of(location, null));
    }

    public String file() {
        return file;
    }

    public JsonNode root() {
        return root;
    }

    /** Returns the position of a value. If the value does not exist, returns that of the nearest enclosing value. */
    public Location value(String pointer) {
        YamlPositions found = places.nearest(JsonPointer.compile(pointer));
        return found.line() == 0 ? Location.ofFile(file) : new Location(file, found.line(), found.column());
    }

    /** Returns the position of a key. If the key does not exist, returns that of the nearest enclosing value. */
    public Location key(String pointer) {
        YamlPositions found = places.at(JsonPointer.compile(pointer));
        return found == null || found.keyLine() == 0
                ? value(pointer)
                : new Location(file, found.keyLine(), found.keyColumn());
    }

    /** Returns a copy with the same positions but another content. */
    public LocatedTree withRoot(JsonNode newRoot) {
        return new LocatedTree(file, newRoot, places);
    }
}
