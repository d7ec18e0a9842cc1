package io.policyengine.admin.stats;

import io.policyengine.admin.view.RouteView;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A query for routes with live figures.
 *
 * @param filter a part of the name, ignoring case; empty for all routes
 * @param state the state; null for any
 * @param limit maximum number of routes, at most {@value #MAX_LIMIT}
 * @param offset index, in the order, of the first route to return
 * @param chain the route whose entries are included; empty for none
 */
public record RouteQuery(
        String filter, RouteView.@Nullable State state, Order order, int limit, int offset, String chain) {
    /** Maximum routes in one answer with figures. */
    public static final int MAX_LIMIT = 200;

    /** The orders in which routes are returned. */
    public enum Order {
        /** Routes with the largest number of recent exchanges first. */
        TRAFFIC,
        /** Routes with the largest number of recent denials first. */
        DENIED,
        /** Routes with the largest number of recent failures first. */
        FAILED,
        FILES
    }

    /** Creates a query, whose filter is converted to lower case. */
    public RouteQuery {
        filter = filter.toLowerCase(Locale.ROOT);
    }

    boolean wants(String name) {
        return filter.isEmpty() || name.toLowerCase(Locale.ROOT).contains(filter);
    }
}
