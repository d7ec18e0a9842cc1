package io.policyengine.core.route;

import com.google.re2j.Pattern;
import io.policyengine.core.config.RouteMatch;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Maps a route name to a value. Matches are tried in this order: exact name, longest prefix, regular expressions in the
 * order of the files, default. Names and prefixes of open routes are included. Regular expressions precede a prefix of
 * an open route, so that the prefix does not bypass their policies. Immutable. The cost does not depend on the number
 * of exact names and prefixes.
 *
 * @param <T> the value of a route
 */
public final class RouteTable<T> {
    private final Map<String, T> exact = new HashMap<>();
    private final Map<String, ByPrefix<T>> prefixes = new HashMap<>();
    private final int[] prefixLengths;
    private final List<RegexRoute<T>> regexes = new ArrayList<>();
    private final @Nullable T fallback;

    private record RegexRoute<T>(Pattern pattern, T value) {}

    private record ByPrefix<T>(T value, boolean open) {}

    /** A value, and the match that selects the routes with this value. */
    public record Row<T>(RouteMatch match, T value) {}

    /**
     * Creates a table of these rows. If several rows have the same match, the first is used.
     *
     * @param open rows of open routes: names and prefixes
     */
    public RouteTable(List<Row<T>> rows, List<Row<T>> open) {
        TreeSet<Integer> lengths = new TreeSet<>(Comparator.reverseOrder());
        T any = null;
        for (Row<T> row : rows) {
            switch (row.match()) {
                case RouteMatch.Exact(String name) -> exact.putIfAbsent(name, row.value());
                case RouteMatch.Prefix(String prefix) -> {
                    prefixes.putIfAbsent(prefix, new ByPrefix<>(row.value(), false));
                    lengths.add(prefix.length());
                }
                case RouteMatch.Regex(Pattern pattern) -> regexes.add(new RegexRoute<>(pattern, row.value()));
                case RouteMatch.Any() -> any = any == null ? row.value() : any;
            }
        }
        for (Row<T> row : open) {
            switch (row.match()) {
                case RouteMatch.Exact(String name) -> exact.putIfAbsent(name, row.value());
                case RouteMatch.Prefix(String prefix) -> {
                    prefixes.putIfAbsent(prefix, new ByPrefix<>(row.value(), true));
                    lengths.add(prefix.length());
                }
                case RouteMatch.Regex _, RouteMatch.Any _ -> throw new IllegalArgumentException("an open " + row);
            }
        }
        this.prefixLengths = lengths.stream().mapToInt(Integer::intValue).toArray();
        this.fallback = any;
    }

    /** Returns the value for the route with this name, or null. */
    public @Nullable T find(String routeName) {
        T found = exact.get(routeName);
        if (found != null) {
            return found;
        }
        ByPrefix<T> byPrefix = byPrefix(routeName);
        if (byPrefix != null && !byPrefix.open()) {
            return byPrefix.value();
        }
        for (RegexRoute<T> route : regexes) {
            if (route.pattern().matches(routeName)) {
                return route.value();
            }
        }
        return byPrefix == null ? fallback : byPrefix.value();
    }

    private @Nullable ByPrefix<T> byPrefix(String routeName) {
        for (int length : prefixLengths) {
            if (length <= routeName.length()) {
                ByPrefix<T> found = prefixes.get(routeName.substring(0, length));
                if (found != null) {
                    return found;
                }
            }
        }
        return null;
    }
}
