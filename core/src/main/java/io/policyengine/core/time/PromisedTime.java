package io.policyengine.core.time;

/**
 * The part of its own time limit that an entry or a call is promised. With less, its failure may be the fault of those
 * before it, and no rule for failures applies.
 */
public final class PromisedTime {
    private PromisedTime() {}

    /**
     * Returns the promised time: the own limit or, if the whole is not longer than that, half of the whole. Any unit of
     * time.
     */
    public static long of(long limit, long whole) {
        return limit < whole ? limit : whole / 2;
    }
}
