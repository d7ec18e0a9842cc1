package io.policyengine.core.lookup;

/** The use that a {@link Lookup} makes of a stale value. */
public enum StaleUse {
    /** Used when the refresh fails, except by overload: a flood must not prolong the value. */
    ON_FAILURE,
    /** Used when the refresh fails, also by overload. */
    ON_ANY_FAILURE,
    /** Used immediately, while the value is refreshed. */
    AT_ONCE
}
