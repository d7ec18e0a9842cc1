package io.policyengine.kernel.generation;

import java.util.List;

/** Formats lists of route names for sentences. */
final class RouteNameList {
    /** Maximum number of route names in a sentence; others are counted. */
    private static final int MAX = 20;

    private RouteNameList() {}

    /** The first {@value #MAX} names, in quotes, and the number of others. */
    static String of(List<String> names) {
        String first = String.join(
                ", ", names.stream().limit(MAX).map(name -> "'" + name + "'").toList());
        return names.size() > MAX ? first + " and " + (names.size() - MAX) + " more" : first;
    }
}
