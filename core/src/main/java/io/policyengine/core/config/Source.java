package io.policyengine.core.config;

import com.google.re2j.Pattern;
import io.policyengine.core.config.yaml.LocatedTree;
import io.policyengine.core.error.Location;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.node.JsonNodeFactory;

/** Where a chain entry was written. Two sources are equal only if they are the same. */
public final class Source {
    /** The least length of a secret that is looked for: anything shorter is in any text. */
    private static final int SHORTEST_SECRET = 4;

    private static final Pattern PARTS = Pattern.compile("[^A-Za-z0-9_-]+");

    private final LocatedTree tree;
    private final String entry;
    private final List<String> secrets;

    /**
     * The source of an entry.
     *
     * @param secrets what in its parameters came from elsewhere
     */
    public Source(LocatedTree tree, String entry, List<String> secrets) {
        // Places only: the content would stay in memory as long as the route.
        this.tree = tree.withRoot(JsonNodeFactory.instance.nullNode());
        this.entry = entry;
        this.secrets = List.copyOf(secrets);
    }

    /** A source of which only one place is known, such as a test or a request to the management API. */
    public static Source at(Location location) {
        return new Source(LocatedTree.at(location), "", List.of());
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

    /**
     * True if a message holds something, or a part of something, that came into the parameters by reference, such as the name of a header
     * that a policy was given: it is not to be shown.
     */
    public boolean isToldIn(String message) {
        var lowerCase = message.toLowerCase(Locale.ROOT);
        return secrets.stream()
                .map(secret -> secret.toLowerCase(Locale.ROOT))
                .anyMatch(secret -> isIn(secret, lowerCase)
                        || Arrays.stream(PARTS.split(secret)).anyMatch(part -> isIn(part, lowerCase)));
    }

    private static boolean isIn(String secret, String message) {
        return secret.length() >= SHORTEST_SECRET && message.contains(secret);
    }

    /** The place. */
    @Override
    public String toString() {
        return location().toString();
    }
}
