package io.policyengine.kernel.overload;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * The time of the event loop that each of many would have taken in the last window for all that they asked for, and the fair share: the
 * time up to which each could have what it asked for, if those who ask for more all had as much (max-min fairness). What was refused counts
 * as if it took as long as the rest of those who asked for it, or of all. Counted in a fixed number of cells by hash: those who share a
 * cell count as one. The cells are dealt anew in each window, so that nobody shares one with the same neighbour for long. Holds
 * {@value #CELLS} times four numbers.
 */
final class RecentShares {
    private static final int CELLS = 1024;
    private static final int MIX = 0x9E3779B9;

    private final RandomGenerator random;
    private final int[] had = new int[CELLS];
    private final int[] refused = new int[CELLS];
    private final long[] nanos = new long[CELLS];
    private final long[] wanted = new long[CELLS];
    private int lastSalt;
    private int salt;
    private long fair = Long.MAX_VALUE;
    /** The time that one of all takes, in nanoseconds, in the last window in which any had what they asked for. */
    private long usual = 1;

    private boolean isUsed;

    /**
     * Nobody has asked.
     *
     * @param random deals the cells
     */
    RecentShares(RandomGenerator random) {
        this.random = random;
        this.salt = random.nextInt();
    }

    /** True if somebody wanted more than the fair share in the last window. */
    boolean isUnfair(String who) {
        return wanted[cell(who, lastSalt)] > fair;
    }

    /** Somebody asks so often, and has it, or is refused. */
    void asked(String who, int times, boolean admitted) {
        (admitted ? had : refused)[cell(who, salt)] += times;
        isUsed = true;
    }

    /** So much time went into what somebody asked for, be it now or before. */
    void took(String who, long time) {
        nanos[cell(who, salt)] += time;
        isUsed = true;
    }

    /** A window ends. */
    void roll() {
        if (!isUsed) {
            fair = Long.MAX_VALUE;
            return;
        }
        long time = Arrays.stream(nanos).sum();
        long times = Arrays.stream(had).asLongStream().sum();
        if (times > 0) {
            usual = Math.max(1, time / times);
        }
        boolean anyRefused = false;
        for (int i = 0; i < CELLS; i++) {
            long each = had[i] > 0 ? nanos[i] / had[i] : usual;
            wanted[i] = nanos[i] + refused[i] * each;
            anyRefused |= refused[i] > 0;
        }
        fair = anyRefused ? fairShare(wanted, time) : Long.MAX_VALUE;
        lastSalt = salt;
        salt = random.nextInt();
        Arrays.fill(had, 0);
        Arrays.fill(refused, 0);
        Arrays.fill(nanos, 0);
        isUsed = false;
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
