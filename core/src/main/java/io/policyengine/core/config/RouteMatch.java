package io.policyengine.core.config;

import com.google.re2j.Pattern;

/** The route names that a route policy is for. Exact comes before longest prefix before regex in order before any. */
public sealed interface RouteMatch {
    /** The match of a route name as it is written: a name, a prefix that ends in a star, or the star alone. */
    static RouteMatch written(String name) {
        if (!name.endsWith("*")) {
            return new Exact(name);
        }
        return name.length() == 1 ? new Any() : new Prefix(name.substring(0, name.length() - 1));
    }

    /** An exact name. */
    record Exact(String name) implements RouteMatch {}

    /** Names that begin so. */
    record Prefix(String prefix) implements RouteMatch {}

    /** Names that match as a whole. */
    record Regex(Pattern pattern) implements RouteMatch {}

    /** All names that nothing else is for. */
    record Any() implements RouteMatch {}
}
