package io.policyengine.core.who;

import org.jspecify.annotations.Nullable;

/**
 * The difference between the answers for a route before and after a change of the configuration.
 *
 * @param before null if the route is new
 * @param after the answer for the requests of the route; null if all are refused
 * @param closed the ways that the change closes. All places in it are entries of {@code before}, except those in {@code
 *     gone}, which are entries of {@code after}
 * @param names for {@link Change#MOVED}, the name of a route whose requests have moved, or a prefix of it followed by a
 *     star; else empty
 */
public record RouteDiff(
        Change change,
        @Nullable AnsweredRoute before,
        @Nullable AnsweredRoute after,
        Opened opened,
        Opened closed,
        String names) {
    /** The kinds of changes. */
    public enum Change {
        /** The route has a route policy before and after the change. */
        KEPT,
        /** The route has a route policy only after the change. */
        NEW,
        /** The route has a route policy only before the change. */
        GONE,
        /** Requests of a route have another route policy after the change, or none. */
        MOVED
    }

    /** Creates a difference that concerns all requests of a route. */
    RouteDiff(
            Change change,
            @Nullable AnsweredRoute before,
            @Nullable AnsweredRoute after,
            Opened opened,
            Opened closed) {
        this(change, before, after, opened, closed, "");
    }

    /**
     * Returns whether requests now pass without any policy, because the route policy was removed or the requests moved.
     */
    public boolean isWithoutPolicies() {
        return (change == Change.GONE || change == Change.MOVED)
                && before != null
                && after != null
                && before.route().config().key().equals(after.route().config().key());
    }
}
