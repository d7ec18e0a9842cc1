package io.policyengine.core.time;

/**
 * The time that an entry or a call must have had for the rules for its failures to apply. With less time, an earlier
 * entry or call may have caused the failure.
 */
public final class PromisedTime {
    private PromisedTime() {}

    /**
     * Returns the promised time: the limit, but at most three quarters of the whole time, since earlier steps always
     * take some time. All times have the same unit.
     */
    public static long of(long limit, long whole) {
        return Math.min(limit, whole - whole / 4);
    }
}
