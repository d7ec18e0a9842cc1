package io.policyengine.policies.access.rolecheck;

import com.google.re2j.Pattern;
import java.util.List;
import java.util.Set;

/**
 * The roles that are required for certain requests.
 *
 * @param methods of the requests; empty for all methods
 * @param roles the roles to check; empty if any identity suffices
 */
record RoleRule(Set<String> methods, Paths paths, List<String> roles) {
    /** The paths to which a rule applies. */
    sealed interface Paths {}

    record AnyPath() implements Paths {}

    /** The path {@code prefix}, in normal form and without trailing slash, and all paths below it. */
    record Below(String prefix) implements Paths {}

    /** The paths whose normal form matches a pattern from beginning to end. */
    record Matching(Pattern pattern) implements Paths {}

    boolean looksAtPath() {
        return !(paths instanceof AnyPath);
    }

    /** Returns whether the rule depends on a method or path that is hidden from the engine, and therefore empty. */
    boolean isUnclear(String method, String path) {
        return (method.isEmpty() && !methods.isEmpty()) || (path.isEmpty() && looksAtPath());
    }

    boolean isFor(String method, String path) {
        return (methods.isEmpty() || methods.contains(method)) && isAt(path);
    }

    private boolean isAt(String path) {
        return switch (paths) {
            case AnyPath() -> true;
            case Below(String prefix) ->
                path.startsWith(prefix) && (path.length() == prefix.length() || path.charAt(prefix.length()) == '/');
            case Matching(Pattern pattern) -> pattern.matcher(path).matches();
        };
    }
}
