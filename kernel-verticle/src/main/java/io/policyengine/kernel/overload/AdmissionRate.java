package io.policyengine.kernel.overload;

import io.policyengine.core.config.Priority;
import java.time.Duration;

/**
 * A rate at which exchanges may begin: a bucket that fills at that rate, and holds what comes in 80 ms. Each of {@value #LEVELS} levels of
 * those who ask leaves a part of it more to those above: so whoever is below the level that the rate is just enough for finds too little,
 * and whoever is above it always finds enough.
 */
final class AdmissionRate {
    private static final double DEPTH = Duration.ofMillis(80).toNanos();
    private static final double SECOND = Duration.ofSeconds(1).toNanos();

    /** The least that the bucket holds, so that each level is a few exchanges. */
    private static final double LEAST_DEPTH = 48;

    /** For each priority: neither the route nor the client asks for more than a fair share, the client does, the route does, both do. */
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
        depth = Math.max(LEAST_DEPTH, rate * DEPTH / SECOND);
        filled = begins ? depth : filled * depth / before;
        filledAt = now;
    }

    /** Lets everything begin. */
    void unlimit() {
        perSecond = 0;
    }

    /**
     * True if an exchange may begin, which takes its part of the bucket.
     *
     * @param unfair 2 if its route asks for more than a fair share, and 1 more if its client does: a flood of many clients on one route
     *     comes after the only client of another route
     * @param asked how many it counts as
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
