package io.policyengine.core.time;

/**
 * The time of an entry in a run, in nanoseconds.
 *
 * @param limit the entry's own time limit
 * @param given time from the beginning of the entry to the deadline of the run
 * @param whole time from the beginning of the first entry to the deadline of the run
 */
public record EntryTime(long limit, long given, long whole) {
    /**
     * Returns the time that the entry is promised: its own limit or, if the whole run is not longer than that, half of
     * the run.
     */
    public long promised() {
        return PromisedTime.of(limit, whole);
    }

    /**
     * Returns whether entries before it took a part of its promised time. Then its failure is none of its dependency:
     * the sender of a message may be able to slow an earlier entry down.
     */
    public boolean isShort() {
        return given < promised();
    }

    /** Returns the time that the entry had. */
    public long had() {
        return Math.min(limit, given);
    }
}
