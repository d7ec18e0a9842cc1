package io.policyengine.kernel.admin.stats;

import io.policyengine.kernel.admin.view.RouteView;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The routes that a caller wants to see.
 *
 * @param filter part of the name, in any case; empty: all
 * @param state null: any
 * @param limit at most so many, of {@value #MAX_LIMIT}
 * @param offset so many of the order are left out
 * @param chain the route whose entries are told one by one; empty: none
 */
public record RouteQuery(
        String filter, RouteView.@Nullable State state, Order order, int limit, int offset, String chain) {
    /** The most routes of an answer. */
    public static final int MAX_LIMIT = 200;

    /** The orders of routes. */
    public enum Order {
        /** Those with most exchanges lately first. */
        TRAFFIC,
        /** Those with most denials lately first. */
        DENIED,
        /** Those with most failures lately first. */
        FAILED,
        /** That of the files. */
        FILES
    }

    /** With the filter in lower case. */
    public RouteQuery {
        filter = filter.toLowerCase(Locale.ROOT);
    }

    boolean wants(String name) {
        return filter.isEmpty() || name.toLowerCase(Locale.ROOT).contains(filter);
    }
}
