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

    /** The encoded parameters, with null for a removed one; empty until first used. */
    private final List<@Nullable String> parameters = new ArrayList<>();

    /** The indices of parameters by decoded name; null until first used. */
    private @Nullable Map<String, List<Integer>> places;

    public TargetEdit(String target) {
        path = QueryString.pathOf(target);
        query = target.substring(path.length());
    }

    /** Replaces path and query. If the new target has no question mark, replaces only the path. */
    public void replace(String target) {
        path = QueryString.pathOf(target);
        if (path.length() < target.length()) {
            query = target.substring(path.length());
            isQueryChanged = false;
            parameters.clear();
            places = null;
        } else if (query.length() == 1) {
            query = "";
        }
    }

    /**
     * Replaces the first parameter of this name in place and removes the others. If there is none, appends the
     * parameter.
     */
    public void set(String name, String value) {
        List<Integer> there = places().computeIfAbsent(name, _ -> new ArrayList<>(1));
        String encoded = QueryString.encode(name) + "=" + QueryString.encode(value);
        isQueryChanged = true;
        if (there.isEmpty()) {
            there.add(parameters.size());
            parameters.add(encoded);
        } else {
            there.forEach(place -> parameters.set(place, null));
            there.subList(1, there.size()).clear();
            parameters.set(there.getFirst(), encoded);
        }
    }

    /** Removes all parameters of this name. */
    public void remove(String name) {
        List<Integer> gone = places().remove(name);
        if (gone != null) {
            isQueryChanged = true;
            gone.forEach(place -> parameters.set(place, null));
        }
    }

    private Map<String, List<Integer>> places() {
        Map<String, List<Integer>> known = places;
        if (known != null) {
            return known;
        }
        Map<String, List<Integer>> found = new HashMap<>();
        for (String parameter : QueryString.parts(query)) {
            found.computeIfAbsent(QueryString.nameOf(parameter), _ -> new ArrayList<>(1))
                    .add(parameters.size());
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
