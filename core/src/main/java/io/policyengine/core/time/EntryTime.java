package io.policyengine.core.time;

/**
 * The time that an entry has in a run of a chain, in nanoseconds.
 *
 * @param limit the entry's own time limit
 * @param given time from the beginning of the entry to the deadline of the run
 * @param whole time from the beginning of the first entry to the deadline of the run
 * @param isOfShortRun whether the run itself has less than its promised time
 */
public record EntryTime(long limit, long given, long whole, boolean isOfShortRun) {
    /**
     * Returns the promised time: the entry's limit, but at most three quarters of the run's time. The entry's rules for
     * failures apply only if the entry had at least this time.
     */
    public long promised() {
        return PromisedTime.of(limit, whole);
    }

    /**
     * Returns whether earlier entries or calls used a part of the entry's promised time. If so, the entry's failure is
     * not treated as a dependency's failure: the sender of a message may have slowed an earlier entry down.
     */
    public boolean isShort() {
        return isOfShortRun || given < promised();
    }

    /** Returns the time that the entry had: its limit, or the rest of the run if that is shorter. */
    public long had() {
        return Math.min(limit, given);
    }
}
