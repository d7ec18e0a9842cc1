package io.policyengine.kernel.generation;

import java.util.List;

/** Lists of route names in sentences for users. */
final class RouteNameList {
    private static final int MAX = 20;

    private RouteNameList() {}

    /** The first {@value #MAX}, in quotes, and how many more there are. */
    static String of(List<String> names) {
        String first = String.join(
                ", ", names.stream().limit(MAX).map(name -> "'" + name + "'").toList());
        return names.size() > MAX ? first + " and " + (names.size() - MAX) + " more" : first;
    }
}
