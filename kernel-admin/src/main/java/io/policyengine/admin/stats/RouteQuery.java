package io.policyengine.admin.stats;

import io.policyengine.admin.view.RouteView;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A query for routes.
 *
 * @param filter part of the name, ignoring case; empty: all
 * @param state null: any
 * @param limit of routes, at most {@value #MAX_LIMIT}
 * @param offset of the first route in the order
 * @param chain the route whose entries are included; empty: none
 */
public record RouteQuery(
        String filter, RouteView.@Nullable State state, Order order, int limit, int offset, String chain) {
    /** The maximum number of routes of an answer. */
    public static final int MAX_LIMIT = 200;

    /** The orders of routes. */
    public enum Order {
        /** Most recent exchanges first. */
        TRAFFIC,
        /** Most recent denials first. */
        DENIED,
        /** Most recent failures first. */
        FAILED,
        FILES
    }

    /** Converts the filter to lower case. */
    public RouteQuery {
        filter = filter.toLowerCase(Locale.ROOT);
    }

    boolean wants(String name) {
        return filter.isEmpty() || name.toLowerCase(Locale.ROOT).contains(filter);
    }
}
