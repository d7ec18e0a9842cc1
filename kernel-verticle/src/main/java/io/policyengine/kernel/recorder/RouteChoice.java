package io.policyengine.kernel.recorder;

import io.policyengine.core.config.RouteMatch;
import java.util.List;
import java.util.Locale;

/**
 * The reason why a route has the chain that it has: fixed for a generation.
 *
 * @param matched the kind of the route policy's name
 * @param overrides those that change the modes of its entries, for people
 */
public record RouteChoice(Matched matched, List<String> overrides) {
    /** There is no route policy. */
    public static final RouteChoice NONE = new RouteChoice(Matched.NONE, List.of());

    /** Copies. */
    public RouteChoice {
        overrides = List.copyOf(overrides);
    }

    /** The ways in which a route policy is for a route. */
    public enum Matched {
        /** It has its name. */
        EXACT,
        /** It has the longest prefix that fits. */
        PREFIX,
        /** It has the first pattern that fits. */
        PATTERN,
        /** It is for all routes that no other is for. */
        ANY,
        /** None is for it. */
        NONE;

        private final String label = name().toLowerCase(Locale.ROOT);

        /** The name as it is told. */
        public String label() {
            return label;
        }
    }

    /** The choice by a match, with these overrides in force. */
    public static RouteChoice by(RouteMatch match, List<String> overrides) {
        return new RouteChoice(
                switch (match) {
                    case RouteMatch.Exact _ -> Matched.EXACT;
                    case RouteMatch.Prefix _ -> Matched.PREFIX;
                    case RouteMatch.Regex _ -> Matched.PATTERN;
                    case RouteMatch.Any _ -> Matched.ANY;
                },
                overrides);
    }
}
