package io.policyengine.kernel.recorder;

import io.policyengine.core.config.RouteMatch;
import java.util.List;
import java.util.Locale;

/**
 * The reason why a route policy was selected for a route. It is fixed for a generation.
 *
 * @param matched how the route policy matched
 * @param overrides descriptions of the overrides that change the modes of the chain's entries
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
        /** The route policy is the default for all routes. */
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
