package io.policyengine.policies.access.rolecheck;

import com.google.re2j.Pattern;
import java.util.List;
import java.util.Set;

/**
 * The roles for some requests.
 *
 * @param methods of the requests; empty for all
 * @param roles that count; empty for any identity
 */
record RoleRule(Set<String> methods, Place place, List<String> roles) {
    /** The paths of a rule. */
    sealed interface Place {}

    record AnyPath() implements Place {}

    /** A path, without a trailing slash, and all paths below it. */
    record Below(String prefix) implements Place {}

    /** The paths that match completely. */
    record Matching(Pattern pattern) implements Place {}

    boolean looksAtPath() {
        return !(place instanceof AnyPath);
    }

    /** Returns whether the rule needs a method or a path that is hidden from the engine: it is empty then. */
    boolean isUnclear(String method, String path) {
        return (method.isEmpty() && !methods.isEmpty()) || (path.isEmpty() && looksAtPath());
    }

    boolean isFor(String method, String path) {
        return (methods.isEmpty() || methods.contains(method)) && isAt(path);
    }

    private boolean isAt(String path) {
        return switch (place) {
            case AnyPath() -> true;
            case Below(String prefix) ->
                path.startsWith(prefix) && (path.length() == prefix.length() || path.charAt(prefix.length()) == '/');
            case Matching(Pattern pattern) -> pattern.matcher(path).matches();
        };
    }
}
