package io.policyengine.kernel.recorder;

import java.util.concurrent.TimeUnit;

/**
 * The number of exchanges of a kind that have ended in a second, for an observer that takes only the first of each
 * second. Confined to one event loop.
 */
public final class EndsPerSecond {
    private static final int SECOND_MS = 1000;

    /** The second since 1970 in which {@link #count} exchanges have ended. */
    private long second;

    private int count;

    /**
     * Counts an exchange by the time of its end, and returns whether it is among the first of that second. Records come
     * in the order of ends, not of arrivals.
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
