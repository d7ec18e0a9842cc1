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

/** The position at which parameters were written: a chain entry, or the settings of a policy. Compared by identity. */
public final class Source {
    /** The least length of a secret that is looked for: anything shorter is in any text. */
    private static final int SHORTEST_SECRET = 4;

    private static final String UNTOLD =
            "it is not valid; the reason is not shown, since it would show part of a value by reference";

    private static final Pattern PARTS = Pattern.compile("[^A-Za-z0-9_-]+");

    private final LocatedTree tree;
    private final String entry;
    private final String params;
    private final List<String> secrets;

    /**
     * The source of an entry.
     *
     * @param secrets what in its parameters came from elsewhere
     */
    public Source(LocatedTree tree, String entry, List<String> secrets) {
        this(tree, entry, entry + "/params", secrets);
    }

    private Source(LocatedTree tree, String entry, String params, List<String> secrets) {
        // Places only: the content would stay in memory as long as the route.
        this.tree = tree.withRoot(JsonNodeFactory.instance.nullNode());
        this.entry = entry;
        this.params = params;
        this.secrets = List.copyOf(secrets);
    }

    /** A source of which only one place is known, such as a test or a request to the management API. */
    public static Source at(Location location) {
        return new Source(LocatedTree.at(location), "", List.of());
    }

    /**
     * The source of the settings of a policy.
     *
     * @param secrets what in them came from elsewhere
     */
    public static Source ofSettings(LocatedTree tree, String pointer, List<String> secrets) {
        return new Source(tree, pointer, pointer, secrets);
    }

    /** The entry, or the settings, as a whole. */
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
        return tree.value(params + pointerWithinParams);
    }

    /** A key in the entry's parameters, or the nearest value around it that was written. */
    public Location locateKey(String pointerWithinParams) {
        return tree.key(params + pointerWithinParams);
    }

    /** Something wrong with the parameters, at its place; nothing of what came into them by reference is shown. */
    public Problem problem(String policy, ParamProblem problem) {
        var place = problem.concernsKey() ? locateKey(problem.pointer()) : locate(problem.pointer());
        var message = problem.withKey();
        return Problem.error(place, policy + ": " + (isToldIn(message) ? UNTOLD : message));
    }

    /**
     * True if a message contains a value, or part of one, that came by reference, such as the name of a header given to
     * a policy: such a message must not be shown.
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
