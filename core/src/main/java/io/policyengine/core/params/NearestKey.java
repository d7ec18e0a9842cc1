package io.policyengine.core.params;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Collectors;

/** Suggests the known key that is most similar to a mistyped key. */
public final class NearestKey {
    private NearestKey() {}

    /** Returns {@code , did you mean 'x'?}, or {@code ; known keys: a, b} if no key is similar. */
    public static String hint(String key, Collection<String> known) {
        return hint(key, known, "keys");
    }

    /**
     * Returns the hint for a mistyped name that is not a key.
     * @param things the plural noun for the known names
     */
    public static String hint(String name, Collection<String> known, String things) {
        String suggestion = suggestion(name, known);
        if (!suggestion.isEmpty()) {
            return suggestion;
        }
        return known.isEmpty()
                ? "; no " + things + " are known here"
                : known.stream().sorted().collect(Collectors.joining(", ", "; known " + things + ": ", ""));
    }

    /**
     * Returns {@code , did you mean 'x'?}, or an empty text if no name is similar. Never lists the known names, which
     * may be numerous.
     */
    public static String suggestion(String name, Collection<String> known) {
        return among(name, known)
                .map(nearest -> ", did you mean '" + nearest + "'?")
                .orElse("");
    }

    private static Optional<String> among(String key, Collection<String> known) {
        var maxEdits = Math.max(1, Math.min(3, key.length() / 3));
        return known.stream()
                .filter(candidate -> edits(key, candidate) <= maxEdits)
                .min(Comparator.<String>comparingInt(candidate -> edits(key, candidate))
                        .thenComparing(Comparator.naturalOrder()));
    }

    /** Returns the Levenshtein distance, in which swapping two adjacent characters counts as one edit. */
    private static int edits(String from, String to) {
        var beforeLast = new int[to.length() + 1];
        var last = new int[to.length() + 1];
        for (var column = 0; column <= to.length(); column++) {
            last[column] = column;
        }
        for (var row = 1; row <= from.length(); row++) {
            var current = new int[to.length() + 1];
            current[0] = row;
            for (var column = 1; column <= to.length(); column++) {
                var same = from.charAt(row - 1) == to.charAt(column - 1);
                var cost = Math.min(Math.min(last[column], current[column - 1]) + 1, last[column - 1] + (same ? 0 : 1));
                if (row > 1
                        && column > 1
                        && from.charAt(row - 1) == to.charAt(column - 2)
                        && from.charAt(row - 2) == to.charAt(column - 1)) {
                    cost = Math.min(cost, beforeLast[column - 2] + 1);
                }
                current[column] = cost;
            }
            beforeLast = last;
            last = current;
        }
        return last[to.length()];
    }
}
