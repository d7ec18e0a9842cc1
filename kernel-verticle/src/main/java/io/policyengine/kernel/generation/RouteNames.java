package io.policyengine.kernel.generation;

import java.util.List;

/** Names of routes in a sentence for people. */
final class RouteNames {
    private static final int MOST = 20;

    private RouteNames() {}

    /** The first {@value #MOST}, in quotes, and how many more there are. */
    static String of(List<String> names) {
        String first = String.join(
                ", ", names.stream().limit(MOST).map(name -> "'" + name + "'").toList());
        return names.size() > MOST ? first + " and " + (names.size() - MOST) + " more" : first;
    }
}
