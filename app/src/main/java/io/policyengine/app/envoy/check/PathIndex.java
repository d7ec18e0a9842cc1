package io.policyengine.app.envoy.check;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.IntConsumer;

/**
 * Routes of a virtual host by their paths. A look-up takes time in proportion to the length of the path and the number
 * of results, not to the number of routes. Routes are added in their order. Not thread-safe.
 */
final class PathIndex {
    /** The index that represents no route; it is greater than the index of any route. */
    static final int NO_ROUTE = Integer.MAX_VALUE;

    private final NavigableMap<String, List<Integer>> byText = new TreeMap<>();
    private final List<Integer> patterns = new ArrayList<>();
    private final Map<PathMatch, Integer> first = new HashMap<>();
    private final TreeSet<Integer> lengths = new TreeSet<>();

    /** Appends a route: it follows all routes that were added earlier. */
    void add(int route, PathMatch paths) {
        first.putIfAbsent(paths, route);
        if (paths.kind() == PathMatch.Kind.PATTERN) {
            patterns.add(route);
        } else {
            byText.computeIfAbsent(paths.text(), _ -> new ArrayList<>()).add(route);
            lengths.add(paths.text().length());
        }
    }

    /** Reports all routes that may match some of the given paths. May also report routes that match none of them. */
    void forEachNear(PathMatch paths, IntConsumer action) {
        patterns.forEach(action::accept);
        if (paths.kind() == PathMatch.Kind.PATTERN) {
            byText.values().forEach(routes -> routes.forEach(action::accept));
            return;
        }
        String text = paths.text();
        for (int length : lengths.headSet(text.length())) {
            byText.getOrDefault(text.substring(0, length), List.of()).forEach(action::accept);
        }
        for (Map.Entry<String, List<Integer>> below : byText.tailMap(text, true).entrySet()) {
            if (!below.getKey().startsWith(text)) {
                break;
            }
            below.getValue().forEach(action::accept);
        }
    }

    /** Returns the first route that is known to match all of the given paths, or {@link #NO_ROUTE}. */
    int firstContaining(PathMatch paths) {
        boolean isPattern = paths.kind() == PathMatch.Kind.PATTERN;
        // Only a prefix that all paths have is known to match the paths of a pattern.
        String text = isPattern ? "/" : paths.text();
        int least = NO_ROUTE;
        for (int length : lengths.headSet(text.length(), true)) {
            String beginning = text.substring(0, length);
            for (PathMatch.Kind kind : PathMatch.Kind.values()) {
                var candidate = new PathMatch(kind, beginning);
                if (candidate.contains(paths)) {
                    least = Math.min(least, first.getOrDefault(candidate, NO_ROUTE));
                }
            }
        }
        return least;
    }
}
