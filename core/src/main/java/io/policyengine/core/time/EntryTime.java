package io.policyengine.core.time;

/**
 * The time of an entry in a run, in nanoseconds.
 *
 * @param limit the entry's own time limit
 * @param given time from the beginning of the entry to the deadline of the run
 * @param whole time from the beginning of the first entry to the deadline of the run
 * @param isOfShortRun whether the run itself has less than its promised time
 */
public record EntryTime(long limit, long given, long whole, boolean isOfShortRun) {
    /**
     * Returns the time that the entry must have had before its rules for failures apply. This is its limit, but at most
     * three quarters of the run.
     */
    public long promised() {
        return PromisedTime.of(limit, whole);
    }

    /**
     * Returns whether earlier entries or calls took a part of its promised time. If so, its failure does not count as
     * that of a dependency: the sender of a message may have slowed an earlier entry down.
     */
    public boolean isShort() {
        return isOfShortRun || given < promised();
    }

    /** Returns the time that the entry had. */
    public long had() {
        return Math.min(limit, given);
    }
}
