package io.policyengine.core.http;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Edits a request target. Untouched parameters keep their order and their exact encoding. The query is parsed once, so
 * all changes together take time linear in the target and the changes.
 */
public final class TargetEdit {
    private String path;

    /** The original query with its question mark; empty if there is none. */
    private String query;

    private boolean isQueryChanged;

    /** The encoded parameters, null where removed; empty until first used. */
    private final List<@Nullable String> parameters = new ArrayList<>();

    /** The indices of parameters by decoded name; null until first used. */
    private @Nullable Map<String, List<Integer>> places;

    public TargetEdit(String target) {
        path = QueryString.pathOf(target);
        query = target.substring(path.length());
    }

    /** Replaces path and query; a target without a question mark replaces the path only. */
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

    /** Replaces the first parameter of this name in place and drops its repeats, or adds it at the end. */
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
