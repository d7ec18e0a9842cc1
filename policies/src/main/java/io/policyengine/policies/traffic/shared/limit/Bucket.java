package io.policyengine.policies.traffic.shared.limit;

import io.policyengine.core.store.StoreOperation.Arguments;

/**
 * The generic cell rate algorithm (ITU-T I.371), as an evenly leaking bucket.
 *
 * @param leak units that drain per microsecond. The unit is the finest that exact arithmetic permits. So rounding a
 *     request's time up to a unit changes the rate by less than a millionth
 * @param unit units of one request
 * @param capacity capacity of the bucket, in units
 */
record Bucket(long leak, long unit, long capacity) implements UsageMeter {
    /** Maximum time in which a full bucket may drain, in microseconds (35 years). Longer times would overflow. */
    static final double LONGEST_MICROS = 35 * 365 * 86_400e6;

    private static final long FINEST = 1 << 20;

    /** Maximum capacity of a bucket, in units. It determines how fine the unit can be. */
    private static final long LARGEST = 1L << 51;

    /**
     * Creates a bucket.
     *
     * @param micros microseconds in which one request drains
     * @param burst requests that may pass at the same instant
     * @throws IllegalArgumentException if a full bucket needs more than thirty-five years to drain
     */
    static Bucket of(double micros, long burst) {
        double whole = micros * burst;
        if (whole > LONGEST_MICROS) {
            throw new IllegalArgumentException(
                    "a bucket of this size needs more than 35 years to drain: lower burst, or raise requests");
        }
        long leak = 1;
        while (leak < FINEST && whole * leak * 2 <= LARGEST) {
            leak *= 2;
        }
        long unit = (long) Math.ceil(micros * leak);
        return new Bucket(leak, unit, unit * burst);
    }

    @Override
    public void describe(Arguments arguments, long now) {
        arguments.add("bucket").add(leak);
    }

    @Override
    public long windowSeconds() {
        // Excludes the part that rounding up has added, so that it does not become another second.
        return Math.max(1, Seconds.ofMicros(Math.ceilDiv(capacity - requests(), leak)));
    }

    @Override
    public void advance(long[] counts, int from, long now) {
        long past = now - counts[from + AT];
        long count = counts[from + COUNT];
        // A count is at most twice the capacity, so the product below cannot overflow.
        counts[from + COUNT] = past > 2 * capacity / leak ? 0 : Math.max(0, count - past * leak);
        counts[from + AT] = now;
    }

    @Override
    public void giveBack(long[] counts, int from, long now, long units, long at, long level) {
        long past = now - at;
        // The part of the charge that has not drained. Exact with one open reservation; refunds of other
        // reservations in the meantime may make it too large, by at most their amount.
        long left = past > 2 * capacity / leak ? 0 : Math.max(0, level - past * leak);
        counts[from + COUNT] = Math.max(0, counts[from + COUNT] - Math.min(units, left));
    }

    @Override
    public long used(long[] counts, int from, long now) {
        return counts[from + COUNT];
    }

    @Override
    public long untilFree(long[] counts, int from, long now, long units) {
        return Math.max(0, Math.ceilDiv(counts[from + COUNT] + units - capacity, leak));
    }

    @Override
    public long untilAllIsFree(long[] counts, int from, long now) {
        return Math.ceilDiv(counts[from + COUNT], leak);
    }

    @Override
    public long lifeMicros(long[] counts, int from, long now) {
        return untilAllIsFree(counts, from, now);
    }
}
