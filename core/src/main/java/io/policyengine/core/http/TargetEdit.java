package io.policyengine.core.http;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A request target while it is changed. Parameters that are not touched keep their order and their encoding to the octet. The query is read
 * once: all changes together take time in proportion to the target and to what they say.
 */
public final class TargetEdit {
    private String path;

    /** The original query with its question mark; empty if there is none. */
    private String query;

    private boolean isQueryChanged;

    /** The parameters, null for removed ones; empty until they are needed. */
    private final List<@Nullable String> parameters = new ArrayList<>();

    /** The indices of parameters by decoded name; null until they are needed. */
    private @Nullable Map<String, List<Integer>> places;

    /** Creates an edit without changes. */
    public TargetEdit(String target) {
        path = QueryString.pathOf(target);
        query = target.substring(path.length());
    }

    /** Replaces path and query; of a target without a question mark, the path alone. */
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

    /** The target after all changes. */
    public String target() {
        if (!isQueryChanged) {
            return path + query;
        }
        String left = parameters.stream().filter(Objects::nonNull).collect(Collectors.joining("&", "?", ""));
        return left.length() == 1 && parameters.stream().allMatch(Objects::isNull) ? path : path + left;
    }
}
