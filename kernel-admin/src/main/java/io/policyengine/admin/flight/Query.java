package io.policyengine.admin.flight;

import io.policyengine.kernel.recorder.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * A query for exchanges.
 *
 * @param requestId of the exchange; null for any
 * @param route as written in the configuration, or as Envoy names it; null for any
 * @param outcome null for any
 * @param limit maximum number of exchanges, newest first
 */
public record Query(
        @Nullable String requestId,
        @Nullable String route,
        @Nullable Outcome outcome,
        int limit) {
    /** Maximum exchanges in one answer of the flight recorder. */
    public static final int MAX = 200;

    /**
     * Returns whether an exchange may match. Compares only the hashes of its names, so a true result must be checked.
     */
    boolean mayMean(int id, int ofRoute, int ofPolicy, Outcome how) {
        return (requestId == null || requestId.hashCode() == id)
                && (outcome == null || outcome == how)
                && (route == null || route.hashCode() == ofRoute || route.hashCode() == ofPolicy);
    }

    boolean means(KeptExchange exchange) {
        return (requestId == null || requestId.equals(exchange.requestId()))
                && (route == null || route.equals(exchange.route()) || route.equals(exchange.routePolicy()));
    }
}
