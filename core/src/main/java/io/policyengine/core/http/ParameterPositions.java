package io.policyengine.core.http;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Maps the names under which an upstream may read a query's parameters ({@link ParameterSpelling}) to the parameters'
 * positions. Its size is bounded by the length of the query.
 */
final class ParameterPositions {
    /** Positions of parameters by normalized name. */
    private final Map<String, List<Integer>> named = new HashMap<>();

    /** Positions of parameters with brackets, by the name before the brackets. */
    private final Map<String, List<Integer>> members = new HashMap<>();

    /** Positions of parameters by the normalized names that an upstream finds if it splits parameters at semicolons. */
    private final Map<String, List<Integer>> concealed = new HashMap<>();

    private final BitSet taken = new BitSet();

    /** Adds a parameter, as written in the query. */
    void add(int place, String parameter) {
        String name = ParameterSpelling.normalized(QueryString.nameOf(parameter));
        String base = ParameterSpelling.base(name);
        put(named, name, place);
        if (!base.equals(name)) {
            put(members, base, place);
        }
        if (parameter.indexOf(';') >= 0) {
            for (String piece : parameter.split(";", -1)) {
                String concealedName = ParameterSpelling.normalized(QueryString.nameOf(piece));
                put(concealed, concealedName, place);
                put(concealed, ParameterSpelling.base(concealedName), place);
            }
        }
    }

    private static void put(Map<String, List<Integer>> places, String name, int place) {
        places.computeIfAbsent(name, _ -> new ArrayList<>(1)).add(place);
    }

    /**
     * Returns and removes the positions of the parameters that an upstream may read under this name, in order. For a
     * name with brackets, other members of the same parameter are not included.
     */
    List<Integer> take(String name) {
        String normalized = ParameterSpelling.normalized(name);
        String base = ParameterSpelling.base(normalized);
        List<Integer> spelled = removed(named, normalized);
        List<Integer> related = base.equals(normalized) ? removed(members, base) : removed(named, base);
        List<Integer> found = Stream.concat(spelled.stream(), related.stream())
                .filter(place -> !taken.get(place))
                .distinct()
                .sorted()
                .toList();
        found.forEach(taken::set);
        return found;
    }

    /**
     * Returns and removes the remaining positions at which an upstream that splits at semicolons may find this name.
     */
    List<Integer> takeConcealed(String name) {
        return removed(concealed, ParameterSpelling.normalized(name)).stream()
                .filter(place -> !taken.get(place))
                .distinct()
                .toList();
    }

    private static List<Integer> removed(Map<String, List<Integer>> places, String name) {
        List<Integer> found = places.remove(name);
        return found == null ? List.of() : found;
    }
}
