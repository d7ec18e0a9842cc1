package io.policyengine.core.who;

import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The answer for a route: which of its requests reach the upstream, and with which guarantees.
 *
 * @param isReached whether any request reaches the upstream
 * @param identities indices of the request entries that provide the identities of these requests; contains {@link
 *     #ANYONE} if there are requests without an identity
 * @param openings the ways in which messages pass without a guarantee that an entry of the route gives
 * @param kept the entries whose guarantee no message lacks
 * @param reroutes the entries after which Envoy may select another route
 */
public record RouteAnswer(
        boolean isReached,
        SortedSet<Integer> identities,
        List<Opening> openings,
        List<Opening.Position> kept,
        List<Opening.Position> reroutes) {
    /** The element of {@code identities} that stands for requests without an identity. */
    public static final int ANYONE = State.NONE;

    public RouteAnswer {
        identities = new TreeSet<>(identities);
        openings = List.copyOf(openings);
        kept = List.copyOf(kept);
        reroutes = List.copyOf(reroutes);
    }

    /** Returns whether every message has every guarantee that an entry of the route gives. */
    public boolean isClosed() {
        return openings.isEmpty() && reroutes.isEmpty();
    }
}
