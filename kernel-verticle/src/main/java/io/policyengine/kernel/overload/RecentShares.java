package io.policyengine.kernel.overload;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * The demand of each requester (route or client) in the last window, and the fair share (max-min fairness). Smaller
 * demands are served in full, and each larger demand gets the fair share. Demand is counted by hash in {@value #CELLS}
 * cells, for the current and the last window. Requesters in one cell count as one, but the hash changes in each window,
 * so no two requesters share a cell for long.
 */
final class RecentShares {
    /** Number of cells in which recent requests of all routes, or of all clients, are counted. */
    private static final int CELLS = 1024;

    private static final int MIX = 0x9E3779B9;

    private final RandomGenerator random;
    private int[] last = new int[CELLS];
    private int[] now = new int[CELLS];
    private int lastSalt;
    private int salt;
    private int fair = Integer.MAX_VALUE;
    private int total;

    RecentShares(RandomGenerator random) {
        this.random = random;
        this.salt = random.nextInt();
    }

    /** Adds to a requester's demand. Returns whether its demand in the last window exceeded the fair share. */
    boolean asks(String who, int times) {
        int hash = who.hashCode();
        now[cell(hash, salt)] += times;
        total += times;
        return last[cell(hash, lastSalt)] > fair;
    }

    /**
     * Ends a measuring window.
     *
     * @param had the total demand that was served
     * @param isTooMuch whether messages were late. The largest demands are then unfair even if all were served
     */
    void roll(int had, boolean isTooMuch) {
        if (total == 0) {
            fair = Integer.MAX_VALUE;
            return;
        }
        int[] free = last;
        last = now;
        lastSalt = salt;
        boolean isEnough = total <= had && !isTooMuch;
        fair = isEnough ? Integer.MAX_VALUE : fairShare(last, Math.min(had, total - 1));
        Arrays.fill(free, 0);
        now = free;
        salt = random.nextInt();
        total = 0;
    }

    /** Returns the fair share: the largest number such that all demands, each limited to it, fit into the capacity. */
    private static int fairShare(int[] asked, int had) {
        int share = 0;
        while (true) {
            int left = had;
            int more = 0;
            for (int number : asked) {
                if (number > share) {
                    more++;
                } else {
                    left -= number;
                }
            }
            if (more == 0 || (left / more) <= share) {
                return share;
            }
            share = left / more;
        }
    }

    private static int cell(int hash, int salt) {
        int mixed = (hash ^ salt) * MIX;
        return mixed >>> (Integer.SIZE - Integer.numberOfTrailingZeros(CELLS));
    }
}
