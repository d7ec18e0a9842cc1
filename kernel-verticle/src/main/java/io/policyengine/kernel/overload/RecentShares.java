package io.policyengine.kernel.overload;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * The numbers of times that each of many asked in the last window, and the fair share: the number up to which each could have what it asked
 * for, if those who ask for more all had as much (max-min fairness). Counted in a fixed number of cells by hash: those who share a cell
 * count as one. The cells are dealt anew in each window, so that nobody shares one with the same neighbour for long. Holds {@value #CELLS}
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
     * Nobody has asked.
     *
     * @param random deals the cells
     */
    RecentShares(RandomGenerator random) {
        this.random = random;
        this.salt = random.nextInt();
    }

    /** Counts somebody who asks so often; true if it asked for more than the fair share in the last window. */
    boolean asks(String who, int times) {
        int hash = who.hashCode();
        now[cell(hash, salt)] += times;
        total += times;
        return last[cell(hash, lastSalt)] > fair;
    }

    /**
     * A window ends.
     *
     * @param had the number that all together had of what they asked for
     * @param isTooMuch true if that was more than there is time for, though all had what they asked for: then those who asked for most asked
     *     for too much
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

    /** Divides by those who ask for more than all that are known to ask for less leave them, until none is found to ask for less. */
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
