package io.policyengine.core.time;

/**
 * The time that an entry or a call must have had before a rule for its failures applies. With less time, an earlier
 * entry or call may be the cause of the failure.
 */
public final class PromisedTime {
    private PromisedTime() {}

    /**
     * Returns the promised time: the limit or, if the whole time is not longer than the limit, half of the whole time.
     * All times have the same unit.
     */
    public static long of(long limit, long whole) {
        return limit < whole ? limit : whole / 2;
    }
}
