package io.policyengine.policies.access.rolecheck;

import com.google.re2j.Pattern;
import java.util.List;
import java.util.Set;

/**
 * The roles for some requests.
 *
 * @param methods that it is for; none: all
 * @param roles that count; none: any identity will do
 */
record RoleRule(Set<String> methods, Place place, List<String> roles) {
    /** The paths that a rule is for. */
    sealed interface Place {}

    /** All. */
    record AnyPath() implements Place {}

    /** A path, without a trailing slash, and all paths below it. */
    record Below(String prefix) implements Place {}

    /** The paths that match completely. */
    record Matching(Pattern pattern) implements Place {}

    /** True if it looks at the path. */
    boolean looksAtPath() {
        return !(place instanceof AnyPath);
    }

    /**
     * True if the rule cannot be evaluated because method or path is hidden from the engine: the hidden one is empty.
     */
    boolean isUnclear(String method, String path) {
        return (method.isEmpty() && !methods.isEmpty()) || (path.isEmpty() && looksAtPath());
    }

    /** True if it is for this request. */
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
