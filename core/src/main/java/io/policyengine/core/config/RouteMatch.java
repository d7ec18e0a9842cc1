package io.policyengine.core.config;

import com.google.re2j.Pattern;

/** Which route names a route policy is for. Exact comes before longest prefix before regex in order before any. */
public sealed interface RouteMatch {
    /** This name. */
    record Exact(String name) implements RouteMatch {}

    /** Names that begin so. */
    record Prefix(String prefix) implements RouteMatch {}

    /** Names that match as a whole. */
    record Regex(Pattern pattern) implements RouteMatch {}

    /** All names that nothing else is for. */
    record Any() implements RouteMatch {}
}
