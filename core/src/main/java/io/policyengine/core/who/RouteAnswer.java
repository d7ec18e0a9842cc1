package io.policyengine.core.who;

import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The answer for a route: which of its requests reach the upstream, and with which guarantees.
 *
 * @param isReached whether any request reaches the upstream
 * @param identities indices of the request entries that provide the identities of these requests; contains {@link
 *     #ANYONE} if there are requests without an identity
 * @param openings the ways in which messages pass without an identity, or without another guarantee that an entry gives
 * @param kept the entries whose guarantee no message lacks
 * @param reroutes the entries after which Envoy may select another route
 * @param basis everything on which the answer depends if ways were forgotten, else null; answers with equal bases have
 *     forgotten the same ways
 */
public record RouteAnswer(
        boolean isReached,
        SortedSet<Integer> identities,
        List<Opening> openings,
        List<Opening.Position> kept,
        List<Opening.Position> reroutes,
        @Nullable Object basis) {
    /** The element of {@code identities} that denotes requests without an identity. */
    public static final int ANYONE = State.NONE;

    public RouteAnswer {
        identities = new TreeSet<>(identities);
        openings = List.copyOf(openings);
        kept = List.copyOf(kept);
        reroutes = List.copyOf(reroutes);
    }

    /** Creates an answer that omits no way. */
    public RouteAnswer(
            boolean isReached,
            SortedSet<Integer> identities,
            List<Opening> openings,
            List<Opening.Position> kept,
            List<Opening.Position> reroutes) {
        this(isReached, identities, openings, kept, reroutes, null);
    }

    /** Returns whether this answer may omit ways that the other answer contains. */
    boolean mayHideMoreThan(RouteAnswer other) {
        return basis != null && !basis.equals(other.basis);
    }

    /**
     * Returns whether every message has an identity and all other guarantees that entries give, and no entry reroutes.
     */
    public boolean isClosed() {
        return openings.isEmpty() && reroutes.isEmpty();
    }
}
