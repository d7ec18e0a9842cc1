package io.policyengine.kernel.recorder;

import java.util.concurrent.TimeUnit;

/**
 * The number of exchanges of one kind that have ended in the current second. It serves observers that process only the
 * first exchanges of each second. Confined to one event loop.
 */
public final class EndsPerSecond {
    private static final int SECOND_MS = 1000;

    /** The current second, as the number of seconds since 1970. {@link #count} exchanges have ended in it. */
    private long second;

    private int count;

    /**
     * Counts an exchange in the second in which it ended. Returns whether it is among the first of that second. Must be
     * called in the order in which exchanges end.
     *
     * @param max number of exchanges per second for which the result is true
     */
    public boolean isAmongFirst(int max, ExchangeRecord record) {
        long now = (record.arrivedMillis() + TimeUnit.NANOSECONDS.toMillis(record.took())) / SECOND_MS;
        if (now != second) {
            second = now;
            count = 0;
        }
        return count++ < max;
    }
}
