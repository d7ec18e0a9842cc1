package io.policyengine.kernel.overload;

import io.policyengine.core.config.Priority;
import java.time.Duration;

/**
 * A rate at which exchanges may begin: a token bucket that holds 80 ms of it. Each of {@value #LEVELS} levels of
 * requesters leaves a part of it to the higher ones: a requester below the level that the rate just suffices for finds
 * too little, and one above always finds enough.
 */
final class AdmissionRate {
    private static final double DEPTH = Duration.ofMillis(80).toNanos();
    private static final double SECOND = Duration.ofSeconds(1).toNanos();

    /** The least that the bucket holds, so that each level is a few exchanges. */
    private static final double MIN_DEPTH = 48;

    /** The levels of each priority: by whether the route, the client, both or neither exceed a fair share. */
    private static final int LEVELS_OF_PRIORITY = 4;

    private static final int LEVELS = LEVELS_OF_PRIORITY * 4;

    private double perSecond;
    private double depth;
    private double filled;
    private long filledAt;

    /** True if everything may begin. */
    boolean isUnlimited() {
        return perSecond == 0;
    }

    /** The rate; 0 if everything may begin. */
    double perSecond() {
        return perSecond;
    }

    /** Limits it from now on; the bucket is full at first. */
    void limit(double rate, long now) {
        boolean begins = isUnlimited();
        if (!begins) {
            fill(now);
        }
        double before = depth;
        perSecond = rate;
        depth = Math.max(MIN_DEPTH, rate * DEPTH / SECOND);
        filled = begins ? depth : filled * depth / before;
        filledAt = now;
    }

    /** Removes the limit. */
    void unlimit() {
        perSecond = 0;
    }

    /**
     * True if an exchange may begin, which consumes its tokens.
     *
     * @param unfair 2 if its route exceeds a fair share, plus 1 if its client does: a flood of many clients on one
     *     route ranks below the only client of another route
     * @param asked the number of exchanges for which it counts
     */
    boolean admits(Priority priority, int unfair, int asked, long now) {
        fill(now);
        int level = LEVELS_OF_PRIORITY * priority.rank() + unfair;
        // What counts as many must not use up what is left to those above; but a full bucket has enough for anybody.
        if (filled < Math.min(depth, depth * level / LEVELS + asked)) {
            return false;
        }
        filled -= asked;
        return true;
    }

    private void fill(long now) {
        filled = Math.min(depth, filled + perSecond * (now - filledAt) / SECOND);
        filledAt = now;
    }
}
