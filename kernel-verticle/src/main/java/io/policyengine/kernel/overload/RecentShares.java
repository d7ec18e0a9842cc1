package io.policyengine.kernel.overload;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * The demand of each requester in the last window, and the fair share: the number up to which each could be served if
 * all that exceed it got the same (max-min fairness). Counted in a fixed number of cells by hash: requesters in one
 * cell count as one. Hashing changes in each window, so that no two share a cell for long. Holds {@value #CELLS}
 * numbers twice.
 */
final class RecentShares {
    private static final int CELLS = 1024;
    private static final int MIX = 0x9E3779B9;

    private final RandomGenerator random;
    private int[] last = new int[CELLS];
    private int[] now = new int[CELLS];
    private int lastSalt;
    private int salt;
    private int fair = Integer.MAX_VALUE;
    private int total;

    /**
     * Creates an empty window.
     *
     * @param random seeds the hashing
     */
    RecentShares(RandomGenerator random) {
        this.random = random;
        this.salt = random.nextInt();
    }

    /** Counts a requester's demand; true if it exceeded the fair share in the last window. */
    boolean asks(String who, int times) {
        int hash = who.hashCode();
        now[cell(hash, salt)] += times;
        total += times;
        return last[cell(hash, lastSalt)] > fair;
    }

    /**
     * Ends a window.
     *
     * @param had the total number served
     * @param isTooMuch true if all demand was served but took too long: then the largest demands were too large
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

    /** Returns the fair share, by dividing what smaller demands leave among the larger ones until none is smaller. */
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
