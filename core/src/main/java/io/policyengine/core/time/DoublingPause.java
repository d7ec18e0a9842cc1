package io.policyengine.core.time;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** The pause after an attempt that has failed: each time twice as long as the time before, up to a longest one. Belongs to one event loop. */
public final class DoublingPause {
    private final long firstMillis;
    private final long longestMillis;
    private long nextMillis;

    /** Creates the pauses before any failure; whole milliseconds, never 0. */
    public DoublingPause(Duration first, Duration longest) {
        this.firstMillis = first.toMillis();
        this.longestMillis = longest.toMillis();
        this.nextMillis = firstMillis;
    }

    /** Returns the pause after one more failed attempt, in milliseconds. */
    public long nextMillis() {
        long pause = nextMillis;
        nextMillis = Math.min(longestMillis, pause * 2);
        return pause;
    }

    /**
     * Returns the pause reduced by a random part of up to a half, so that simultaneous failures do not retry
     * simultaneously.
     */
    public long nextMillis(RandomGenerator random) {
        long half = nextMillis() / 2;
        return Math.max(1, half + random.nextLong(half + 1));
    }

    /** An attempt has succeeded: the next pause is the first one again. */
    public void reset() {
        nextMillis = firstMillis;
    }
}
