package io.policyengine.kernel.overload;

import io.policyengine.core.config.Priority;
import java.time.Duration;

/**
 * The rate at which exchanges may begin: a token bucket that holds the tokens of 80 ms. Exchanges have {@value #LEVELS}
 * levels, and each level must leave a part of the bucket to more important levels. If the rate is too low for all, the
 * least important levels are thus refused first.
 */
final class AdmissionRate {
    private static final double DEPTH = Duration.ofMillis(80).toNanos();
    private static final double SECOND = Duration.ofSeconds(1).toNanos();

    /** The minimum size of the bucket, in exchanges, so that each level has tokens for several exchanges. */
    private static final double MIN_DEPTH = 48;

    /**
     * The number of levels within each priority. The level depends on who exceeds a fair share: neither route nor
     * client, the client, the route, or both.
     */
    static final int LEVELS_OF_PRIORITY = 4;

    static final int LEVELS = LEVELS_OF_PRIORITY * 4;

    private double perSecond;
    private double depth;
    private double filled;
    private long filledAt;

    boolean isUnlimited() {
        return perSecond == 0;
    }

    /** Returns the admitted exchanges per second; 0 if unlimited. */
    double perSecond() {
        return perSecond;
    }

    /** Sets the rate of exchanges per second. The bucket is full when a limit begins. */
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

    /** Takes all tokens out of the bucket. */
    void empty() {
        filled = 0;
    }

    void unlimit() {
        perSecond = 0;
    }

    /**
     * Returns true and takes an exchange's tokens, or returns false if too few are left.
     *
     * @param unfair 2 if the exchange's route exceeds a fair share, plus 1 if its client does. A flood of many clients
     *     on one route thus ranks below the only client of another route
     * @param asked the number of tokens that the exchange takes
     */
    boolean admits(Priority priority, int unfair, int asked, long now) {
        fill(now);
        int level = level(priority, unfair);
        // A large request must not use up the part left to higher levels; but a full bucket admits any request.
        if (filled < Math.min(depth, depth * level / LEVELS + asked)) {
            return false;
        }
        filled -= asked;
        return true;
    }

    /** Returns the level of an exchange, from 0; the highest level is refused first. */
    static int level(Priority priority, int unfair) {
        return LEVELS_OF_PRIORITY * priority.rank() + unfair;
    }

    private void fill(long now) {
        filled = Math.min(depth, filled + perSecond * (now - filledAt) / SECOND);
        filledAt = now;
    }
}
