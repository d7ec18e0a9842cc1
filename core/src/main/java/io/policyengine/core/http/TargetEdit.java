package io.policyengine.core.http;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Edits a request target. Unchanged parameters keep their order and exact encoding. The query is parsed only once, so
 * any number of changes takes time linear in the target and the changes.
 */
public final class TargetEdit {
    private String path;

    /** The original query with its question mark; empty if there is none. */
    private String query;

    private boolean isQueryChanged;

    /** The encoded parameters of the query, with null for a removed one; empty until first used. */
    private final List<@Nullable String> parameters = new ArrayList<>();

    /** The positions of the original parameters; null until first used. */
    private @Nullable ParameterPositions places;

    /** The positions of the parameters that were set, by name. */
    private final Map<String, Integer> own = new HashMap<>();

    public TargetEdit(String target) {
        path = QueryString.pathOf(target);
        query = target.substring(path.length());
    }

    /** Replaces the path and the query. If the new target has no question mark, replaces only the path. */
    public void replace(String target) {
        path = QueryString.pathOf(target);
        if (path.length() < target.length()) {
            query = target.substring(path.length());
            isQueryChanged = false;
            parameters.clear();
            places = null;
            own.clear();
        } else if (query.length() == 1) {
            query = "";
        }
    }

    /**
     * Replaces the first parameter of this name in place and removes the others. If there is none, appends the
     * parameter. A parameter whose name an upstream may read as {@code name} counts as a parameter of this name.
     */
    public void set(String name, String value) {
        String encoded = QueryString.encode(name) + "=" + QueryString.encode(value);
        List<Integer> there = clear(name);
        isQueryChanged = true;
        Integer mine = own.get(name);
        if (mine != null) {
            parameters.set(mine, encoded);
        } else if (there.isEmpty()) {
            own.put(name, parameters.size());
            parameters.add(encoded);
        } else {
            own.put(name, there.getFirst());
            parameters.set(there.getFirst(), encoded);
        }
    }

    /** Removes all parameters of this name, and those whose name an upstream may read as this name. */
    public void remove(String name) {
        clear(name);
        Integer mine = own.remove(name);
        if (mine != null) {
            parameters.set(mine, null);
        }
    }

    /**
     * Removes the original parameters that an upstream may read under this name, and returns their positions. Encodes
     * the semicolons of a parameter in which an upstream could find the name by splitting at semicolons.
     */
    private List<Integer> clear(String name) {
        ParameterPositions known = places();
        List<Integer> there = known.take(name);
        there.forEach(place -> parameters.set(place, null));
        List<Integer> concealing = known.takeConcealed(name);
        concealing.forEach(place -> parameters.set(
                place, Objects.requireNonNull(parameters.get(place)).replace(";", "%3B")));
        isQueryChanged |= !there.isEmpty() || !concealing.isEmpty();
        return there;
    }

    private ParameterPositions places() {
        ParameterPositions known = places;
        if (known != null) {
            return known;
        }
        ParameterPositions found = new ParameterPositions();
        for (String parameter : QueryString.parts(query)) {
            found.add(parameters.size(), parameter);
            parameters.add(parameter);
        }
        places = found;
        return found;
    }

    public String target() {
        if (!isQueryChanged) {
            return path + query;
        }
        String left = parameters.stream().filter(Objects::nonNull).collect(Collectors.joining("&", "?", ""));
        return left.length() == 1 && parameters.stream().allMatch(Objects::isNull) ? path : path + left;
    }
}
