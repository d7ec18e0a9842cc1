package io.policyengine.core.config;

import io.policyengine.core.error.Location;
import tools.jackson.databind.node.JsonNodeFactory;

/** Where a chain entry was written. Two sources are equal only if they are the same. */
public final class Source {
    private final LocatedTree tree;
    private final String entry;

    Source(LocatedTree tree, String entry) {
        // Places only: the content would stay in memory as long as the route.
        this.tree = tree.withRoot(JsonNodeFactory.instance.nullNode());
        this.entry = entry;
    }

    /** A source of which only one place is known, such as a test or a request to the management API. */
    public static Source at(Location location) {
        return new Source(
                new LocatedTree(location.file(), JsonNodeFactory.instance.objectNode(), Places.of(location, null)), "");
    }

    /** The entry itself. */
    public Location location() {
        return tree.value(entry);
    }

    /** The name of its policy. */
    public Location policy() {
        return value("policy");
    }

    /** The value of one of its keys. */
    public Location value(String key) {
        return tree.value(entry + "/" + key);
    }

    /**
     * A value in the entry's parameters, or the nearest value around it that was written.
     *
     * @param pointerWithinParams JSON Pointer, empty for the parameters as a whole
     */
    public Location locate(String pointerWithinParams) {
        return tree.value(entry + "/params" + pointerWithinParams);
    }

    /** A key in the entry's parameters, or the nearest value around it that was written. */
    public Location locateKey(String pointerWithinParams) {
        return tree.key(entry + "/params" + pointerWithinParams);
    }

    /** The place. */
    @Override
    public String toString() {
        return location().toString();
    }
}
