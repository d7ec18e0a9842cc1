package io.policyengine.kernel.change;

import java.util.List;

/** Formats lists of route names for sentences. */
public final class RouteNameList {
    /** Maximum route names listed in a sentence; the remaining names are only counted. */
    private static final int MAX = 20;

    private RouteNameList() {}

    /** Returns the first {@value #MAX} names, in quotes, and the number of the remaining names. */
    public static String of(List<String> names) {
        String first = String.join(
                ", ", names.stream().limit(MAX).map(name -> "'" + name + "'").toList());
        return names.size() > MAX ? first + " and " + (names.size() - MAX) + " more" : first;
    }
}
