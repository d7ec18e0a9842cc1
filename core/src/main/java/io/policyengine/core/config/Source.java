package io.policyengine.core.config;

import com.google.re2j.Pattern;
import io.policyengine.core.config.yaml.LocatedTree;
import io.policyengine.core.error.Location;
import io.policyengine.core.error.Problem;
import io.policyengine.core.params.ParamProblem;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.node.JsonNodeFactory;

/** The position of a chain entry's parameters, or of a policy's settings, in a file. Compared by identity. */
public final class Source {
    /**
     * Minimum length of a secret that is searched for in messages, in characters. Shorter texts would occur in many
     * messages.
     */
    private static final int SHORTEST_SECRET = 4;

    private static final String UNTOLD =
            "it is invalid; the reason is not shown, because it would reveal part of a value that a "
                    + "reference inserted";

    private static final Pattern PARTS = Pattern.compile("[^A-Za-z0-9_-]+");

    private final LocatedTree tree;
    private final String entry;
    private final String params;
    private final List<String> secrets;

    /**
     * Creates the source of an entry.
     * @param secrets the values in its parameters that were inserted by references
     */
    public Source(LocatedTree tree, String entry, List<String> secrets) {
        this(tree, entry, entry + "/params", secrets);
    }

    private Source(LocatedTree tree, String entry, String params, List<String> secrets) {
        // Positions only: the content would stay in memory as long as the route.
        this.tree = tree.withRoot(JsonNodeFactory.instance.nullNode());
        this.entry = entry;
        this.params = params;
        this.secrets = List.copyOf(secrets);
    }

    /** Creates a source with a single position, such as for a request to the management API. */
    public static Source at(Location location) {
        return new Source(LocatedTree.at(location), "", List.of());
    }

    /**
     * Creates the source of a policy's settings.
     * @param secrets the values in the settings that were inserted by references
     */
    public static Source ofSettings(LocatedTree tree, String pointer, List<String> secrets) {
        return new Source(tree, pointer, pointer, secrets);
    }

    /** The position of the whole entry, or of the settings as a whole. */
    public Location location() {
        return tree.value(entry);
    }

    /** The position of the policy's name. */
    public Location policy() {
        return value("policy");
    }

    public Location value(String key) {
        return tree.value(entry + "/" + key);
    }

    /**
     * Returns the position of a value in the parameters. If the value is not written, returns that of the nearest
     * enclosing value.
     * @param pointerWithinParams JSON Pointer, empty for the parameters as a whole
     */
    public Location locate(String pointerWithinParams) {
        return tree.value(params + pointerWithinParams);
    }

    /**
     * Returns the position of a key in the parameters. If the key is not written, returns that of the nearest enclosing
     * value.
     */
    public Location locateKey(String pointerWithinParams) {
        return tree.key(params + pointerWithinParams);
    }

    /**
     * Converts a problem of the parameters to one with its position in the file. A message that contains a value
     * inserted by a reference is replaced by a general message.
     */
    public Problem problem(String policy, ParamProblem problem) {
        var place = problem.concernsKey() ? locateKey(problem.pointer()) : locate(problem.pointer());
        var message = problem.withKey();
        return Problem.error(place, policy + ": " + (isToldIn(message) ? UNTOLD : message));
    }

    /**
     * Returns whether a message contains a value, or part of one, that was inserted by a reference. Such a message must
     * not be shown.
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

    @Override
    public String toString() {
        return location().toString();
    }
}
