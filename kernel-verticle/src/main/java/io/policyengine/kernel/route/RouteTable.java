package io.policyengine.kernel.route;

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
 * Finds what belongs to a route name: exact, then the longest prefix, then regular expressions in the order of the files, then
 * the default. Immutable. The cost does not depend on the number of exact names and prefixes.
 *
 * @param <T> what belongs to a route
 */
public final class RouteTable<T> {
    private final Map<String, T> exact = new HashMap<>();
    private final Map<String, T> prefixes = new HashMap<>();
    private final int[] prefixLengths;
    private final List<RegexRoute<T>> regexes = new ArrayList<>();
    private final @Nullable T fallback;

    private record RegexRoute<T>(Pattern pattern, T value) {}

    /** One row of the table. */
    public record Row<T>(RouteMatch match, T value) {}

    /** A table of these rows; of two with the same match the first counts. */
    public RouteTable(List<Row<T>> rows) {
        TreeSet<Integer> lengths = new TreeSet<>(Comparator.reverseOrder());
        T any = null;
        for (Row<T> row : rows) {
            switch (row.match()) {
                case RouteMatch.Exact(String name) -> exact.putIfAbsent(name, row.value());
                case RouteMatch.Prefix(String prefix) -> {
                    prefixes.putIfAbsent(prefix, row.value());
                    lengths.add(prefix.length());
                }
                case RouteMatch.Regex(Pattern pattern) -> regexes.add(new RegexRoute<>(pattern, row.value()));
                case RouteMatch.Any() -> any = any == null ? row.value() : any;
            }
        }
        this.prefixLengths = lengths.stream().mapToInt(Integer::intValue).toArray();
        this.fallback = any;
    }

    /** What belongs to the route of this name; null if nothing does. */
    public @Nullable T find(String routeName) {
        T found = exact.get(routeName);
        if (found != null) {
            return found;
        }
        for (int length : prefixLengths) {
            if (length <= routeName.length()) {
                T byPrefix = prefixes.get(routeName.substring(0, length));
                if (byPrefix != null) {
                    return byPrefix;
                }
            }
        }
        for (RegexRoute<T> route : regexes) {
            if (route.pattern().matches(routeName)) {
                return route.value();
            }
        }
        return fallback;
    }
}
