package io.policyengine.core.time;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** The pause after a failed attempt, which doubles after each failure up to a maximum. Confined to one event loop. */
public final class DoublingPause {
    private final long firstMillis;
    private final long longestMillis;
    private long nextMillis;

    /**
     * Creates a pause that starts at {@code first} and doubles up to {@code longest}. Both must be at least a
     * millisecond.
     */
    public DoublingPause(Duration first, Duration longest) {
        this.firstMillis = first.toMillis();
        this.longestMillis = longest.toMillis();
        this.nextMillis = firstMillis;
    }

    /** Returns the pause to make after another failed attempt, in milliseconds. */
    public long nextMillis() {
        long pause = nextMillis;
        nextMillis = Math.min(longestMillis, pause * 2);
        return pause;
    }

    /**
     * Returns the pause like {@link #nextMillis()}, but shortened at random by up to a half. So callers that fail at
     * the same time retry at different times.
     */
    public long nextMillis(RandomGenerator random) {
        long half = nextMillis() / 2;
        return Math.max(1, half + random.nextLong(half + 1));
    }

    /** Resets the next pause to the shortest one. Call after a success. */
    public void reset() {
        nextMillis = firstMillis;
    }
}
