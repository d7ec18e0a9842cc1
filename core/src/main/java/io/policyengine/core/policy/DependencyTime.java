package io.policyengine.core.policy;

import io.policyengine.core.time.EntryTime;
import io.policyengine.core.time.PromisedTime;
import io.policyengine.core.time.Ticker;
import org.jspecify.annotations.Nullable;

/**
 * The time that an entry has for its dependencies, the servers and stores that it calls one after the other. A
 * dependency is promised its own timeout, but at most three quarters of the entry's time. If it gets less time and does
 * not answer, it has not failed: the message, or earlier entries and calls, used the time. Confined to one event loop.
 */
public final class DependencyTime {
    /** About 73 years in nanoseconds: practically unlimited, and safe to add to any time. */
    private static final long FOREVER = Long.MAX_VALUE / 4;

    private final Ticker ticker;
    private long begun;
    private long limit = FOREVER;
    private long started;
    private long deadline = FOREVER;
    private boolean isOfShortRun;

    /** The time at which the entry began, or at which its last known work or call ended. */
    private long idleSince;

    /** The last dependency that gave no answer in its promised time; null once it has answered. */
    private @Nullable Object silent;

    /** Creates an unlimited time; {@link #begin} sets the limit. */
    public DependencyTime(Ticker ticker) {
        this.ticker = ticker;
    }

    /**
     * Begins the time of an entry, for a message or for a chunk of a body.
     *
     * @param entryBegun the beginning of the entry, a time of the ticker
     * @param timeout the entry's own time limit, in nanoseconds
     * @param runStarted the beginning of the first entry in this run of the chain
     * @param runDeadline the end of the run
     * @param isRunCutShort whether the run has less than its promised time; then each dependency has less, too
     */
    public void begin(long entryBegun, long timeout, long runStarted, long runDeadline, boolean isRunCutShort) {
        begun = entryBegun;
        limit = timeout;
        started = runStarted;
        deadline = runDeadline;
        isOfShortRun = isRunCutShort;
        idleSince = entryBegun;
        silent = null;
    }

    /**
     * Returns whether a dependency that is called now gets less than its promised time. Also true if the entry began
     * with less than its own time. Otherwise false for the last dependency that gave no answer in its promised time.
     *
     * @param timeout the dependency's own timeout, in nanoseconds
     */
    public boolean cutsShort(Object dependency, long timeout) {
        EntryTime time = time();
        return time.isShort() || (!dependency.equals(silent) && left(time, now()) < PromisedTime.of(timeout, all()));
    }

    /** Returns whether the entry has this much time left, in nanoseconds. */
    public boolean leaves(long timeout) {
        return left(time(), now()) >= timeout;
    }

    /** Records that a dependency gave no answer in its promised time. */
    public void unanswered(Object dependency) {
        silent = dependency;
    }

    /** Records that a dependency answered. */
    public void answered(Object dependency) {
        if (dependency.equals(silent)) {
            silent = null;
        }
    }

    /**
     * Returns whether a wait for a shared load, if the wait begins now, has less than three quarters of the entry's
     * time.
     */
    boolean cutsLoadShort() {
        return leavesLittle(now());
    }

    /** Returns whether the known work and calls of the entry left less than three quarters of its time. */
    boolean leftLittle() {
        return leavesLittle(idleSince);
    }

    /** Records the end of work, or of a call to a dependency. */
    void ended() {
        idleSince = now();
    }

    private boolean leavesLittle(long since) {
        EntryTime time = time();
        return time.isShort() || left(time, since) < PromisedTime.of(FOREVER, all());
    }

    private long now() {
        return ticker.nanoTime();
    }

    private EntryTime time() {
        return new EntryTime(limit, deadline - begun, deadline - started, isOfShortRun);
    }

    /** Returns the time that the entry would have if earlier entries had used no time. */
    private long all() {
        return Math.min(limit, deadline - started);
    }

    private long left(EntryTime time, long since) {
        return begun + time.had() - since;
    }
}
