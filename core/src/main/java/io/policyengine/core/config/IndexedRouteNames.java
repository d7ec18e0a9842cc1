package io.policyengine.core.config;

import com.google.re2j.Pattern;

/**
 * Route names that contain positions: {@code httproute/NS/NAME/rule/0/match/0/*} of Envoy Gateway, and names that end
 * in {@code -matcher-0}. If a rule is inserted earlier, such a name denotes another route.
 */
public final class IndexedRouteNames {
    private static final Pattern INDEXED = Pattern.compile("(.*/)?rule/[0-9]+(/.*)?|.*[-~/]matcher-[0-9]+");

    private IndexedRouteNames() {}

    /** Returns whether a route name, prefix or regular expression, as written, contains a position. */
    public static boolean include(String routeName) {
        return INDEXED.matches(routeName);
    }
}
