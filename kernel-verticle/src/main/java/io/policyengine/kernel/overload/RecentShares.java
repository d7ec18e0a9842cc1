package io.policyengine.kernel.overload;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * The time of the event loop that each of many would have taken in the last window for all that they asked for, and the fair share: the
 * time up to which each could have what it asked for, if those who ask for more all had as much (max-min fairness). Counted in a fixed
 * number of cells by hash: those who share a cell count as one. The cells are dealt anew in each window, so that nobody shares one with the
 * same neighbour for long; but for those that remember what one of somebody's takes. Holds {@value #CELLS} times six numbers.
 */
final class RecentShares {
    private static final int CELLS = 1024;
    private static final int MIX = 0x9E3779B9;

    /** The weight of one window in what one of somebody's takes. */
    private static final double WEIGHT = 0.3;

    private final RandomGenerator random;
    private final long[] took = new long[CELLS];
    private final long[] missed = new long[CELLS];
    private final long[] wanted = new long[CELLS];
    private int lastSalt;
    private int salt;
    private long fair = Long.MAX_VALUE;

    private final int memorySalt;
    private final int[] had = new int[CELLS];
    private final long[] tookForThese = new long[CELLS];
    private final long[] each = new long[CELLS];

    private boolean isUsed;

    /**
     * Nobody has asked.
     *
     * @param random deals the cells
     */
    RecentShares(RandomGenerator random) {
        this.random = random;
        this.salt = random.nextInt();
        this.memorySalt = random.nextInt();
    }

    /** True if somebody wanted more than the fair share in the last window. */
    boolean isUnfair(String who) {
        return wanted[cell(who, lastSalt)] > fair;
    }

    /** The time that one of somebody's takes, in nanoseconds, of late; 0 if it is not known. */
    long each(String who) {
        return each[cell(who, memorySalt)];
    }

    /** Somebody asks so often, and has it. */
    void had(String who, int times) {
        had[cell(who, memorySalt)] += times;
        isUsed = true;
    }

    /** Somebody asks for what is expected to take so long, and does not have it. */
    void missed(String who, long nanos) {
        missed[cell(who, salt)] += nanos;
        isUsed = true;
    }

    /** So much time went into what somebody asked for, be it now or before. */
    void took(String who, long nanos) {
        took[cell(who, salt)] += nanos;
        tookForThese[cell(who, memorySalt)] += nanos;
        isUsed = true;
    }

    /** A window ends. */
    void roll() {
        if (!isUsed) {
            fair = Long.MAX_VALUE;
            return;
        }
        boolean isShort = false;
        for (int i = 0; i < CELLS; i++) {
            wanted[i] = took[i] + missed[i];
            isShort |= missed[i] > 0;
        }
        fair = isShort ? fairShare(wanted, Arrays.stream(took).sum()) : Long.MAX_VALUE;
        lastSalt = salt;
        salt = random.nextInt();
        Arrays.fill(took, 0);
        Arrays.fill(missed, 0);
        remember();
        isUsed = false;
    }

    private void remember() {
        for (int i = 0; i < CELLS; i++) {
            if (had[i] > 0) {
                long seen = tookForThese[i] / had[i];
                each[i] = each[i] == 0 ? seen : each[i] + (long) (WEIGHT * (seen - each[i]));
                had[i] = 0;
                tookForThese[i] = 0;
            }
        }
    }

    /** Nobody has asked for anything. */
    void forget() {
        Arrays.fill(each, 0);
    }

    /** Divides by those who want more than all that are known to want less leave them, until none is found to want less. */
    private static long fairShare(long[] wanted, long time) {
        long share = 0;
        while (true) {
            long left = time;
            int more = 0;
            for (long its : wanted) {
                if (its > share) {
                    more++;
                } else {
                    left -= its;
                }
            }
            if (more == 0 || (left / more) <= share) {
                return share;
            }
            share = left / more;
        }
    }

    private static int cell(String who, int salt) {
        int mixed = (who.hashCode() ^ salt) * MIX;
        return mixed >>> (Integer.SIZE - Integer.numberOfTrailingZeros(CELLS));
    }
}
