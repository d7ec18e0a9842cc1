package io.policyengine.core.config;

import com.google.re2j.Pattern;

/** The route names that a route policy applies to. Precedence: exact, longest prefix, regex in order, any. */
public sealed interface RouteMatch {
    /** Parses a route name as written: a name, a prefix that ends in a star, or a star alone. */
    static RouteMatch written(String name) {
        if (!name.endsWith("*")) {
            return new Exact(name);
        }
        return name.length() == 1 ? new Any() : new Prefix(name.substring(0, name.length() - 1));
    }

    /** An exact name. */
    record Exact(String name) implements RouteMatch {}

    /** Names with a prefix. */
    record Prefix(String prefix) implements RouteMatch {}

    /** Names that match entirely. */
    record Regex(Pattern pattern) implements RouteMatch {}

    /** All names without another match. */
    record Any() implements RouteMatch {}
}
