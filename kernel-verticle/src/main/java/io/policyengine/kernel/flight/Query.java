package io.policyengine.kernel.flight;

import io.policyengine.kernel.recorder.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * A question for exchanges.
 *
 * @param requestId of the exchange; null for any
 * @param route as the configuration writes it, or as Envoy names it; null for any
 * @param outcome null for any
 * @param limit exchanges that are told, the newest
 */
public record Query(
        @Nullable String requestId,
        @Nullable String route,
        @Nullable Outcome outcome,
        int limit) {
    /** Exchanges that are told at most. */
    public static final int MAX = 200;

    /** True if it may be one that is meant, by the hashes of its names. */
    boolean mayMean(int id, int ofRoute, int ofPolicy, Outcome how) {
        return (requestId == null || requestId.hashCode() == id)
                && (outcome == null || outcome == how)
                && (route == null || route.hashCode() == ofRoute || route.hashCode() == ofPolicy);
    }

    /** True if it is meant. */
    boolean means(KeptExchange exchange) {
        return (requestId == null || requestId.equals(exchange.requestId()))
                && (route == null || route.equals(exchange.route()) || route.equals(exchange.routePolicy()));
    }
}
