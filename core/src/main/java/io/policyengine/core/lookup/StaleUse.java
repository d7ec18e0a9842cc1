package io.policyengine.core.lookup;

/** The condition under which a {@link Lookup} uses a stale value. */
public enum StaleUse {
    /**
     * A stale value is used when its refresh fails, except by overload, since a flood of requests must not prolong its
     * use.
     */
    ON_FAILURE,
    /** A stale value is used when its refresh fails, even by overload. */
    ON_ANY_FAILURE,
    /** A stale value is used immediately, while it is refreshed. */
    AT_ONCE
}
