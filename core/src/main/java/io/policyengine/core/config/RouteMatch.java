package io.policyengine.core.config;

import com.google.re2j.Pattern;

/**
 * The route names to which a route policy applies. The order of precedence: an exact name, the longest prefix, the
 * first matching regular expression, a match of all names.
 */
public sealed interface RouteMatch {
    /** Parses a route name as written: an exact name, a prefix followed by a star, or a star alone. */
    static RouteMatch written(String name) {
        if (!name.endsWith("*")) {
            return new Exact(name);
        }
        return name.length() == 1 ? new Any() : new Prefix(name.substring(0, name.length() - 1));
    }

    /** Matches one exact name. */
    record Exact(String name) implements RouteMatch {}

    /** Matches names that begin with a prefix. */
    record Prefix(String prefix) implements RouteMatch {}

    /** Matches names that the regular expression matches as a whole. */
    record Regex(Pattern pattern) implements RouteMatch {}

    /** Matches all names that nothing else matches. */
    record Any() implements RouteMatch {}
}
