package io.policyengine.kernel.recorder;

import io.policyengine.core.config.RouteMatch;
import java.util.List;
import java.util.Locale;

/**
 * The reason for the selection of a route's chain, fixed for a generation.
 *
 * @param matched the way in which the route policy matched
 * @param overrides human-readable overrides of the modes of the chain's entries
 */
public record RouteChoice(Matched matched, List<String> overrides) {
    /** The value for requests that match no route policy. */
    public static final RouteChoice NONE = new RouteChoice(Matched.NONE, List.of());

    public RouteChoice {
        overrides = List.copyOf(overrides);
    }

    /** The ways in which a route policy matches a route. */
    public enum Matched {
        EXACT,
        /** The route policy has the longest matching prefix. */
        PREFIX,
        /** The route policy has the first matching pattern. */
        PATTERN,
        /** The route policy is the default. */
        ANY,
        NONE;

        private final String label = name().toLowerCase(Locale.ROOT);

        public String label() {
            return label;
        }
    }

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
