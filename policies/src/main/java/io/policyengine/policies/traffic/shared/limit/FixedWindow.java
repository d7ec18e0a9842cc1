package io.policyengine.policies.traffic.shared.limit;

import io.policyengine.core.store.StoreOperation.Arguments;

/**
 * An algorithm with windows of fixed length for each key. A window begins with a request; the first request after its
 * end begins the next window.
 */
record FixedWindow(long period, long capacity) implements UsageMeter {
    @Override
    public void describe(Arguments arguments, long now) {
        arguments.add("fixed").add(period);
    }

    @Override
    public long unit() {
        return 1;
    }

    @Override
    public long windowSeconds() {
        return Seconds.ofMicros(period);
    }

    @Override
    public void advance(long[] counts, int from, long now) {
        if (now - counts[from + AT] >= period) {
            counts[from + AT] = now;
            counts[from + COUNT] = 0;
        }
    }

    @Override
    public void giveBack(long[] counts, int from, long now, long units, long at, long level) {
        if (at == counts[from + AT]) {
            counts[from + COUNT] = Math.max(0, counts[from + COUNT] - units);
        }
    }

    @Override
    public long used(long[] counts, int from, long now) {
        return counts[from + COUNT];
    }

    @Override
    public long untilFree(long[] counts, int from, long now, long units) {
        return counts[from + COUNT] + units <= capacity ? 0 : counts[from + AT] + period - now;
    }

    @Override
    public long untilAllIsFree(long[] counts, int from, long now) {
        return counts[from + COUNT] == 0 ? 0 : counts[from + AT] + period - now;
    }

    @Override
    public long lifeMicros(long[] counts, int from, long now) {
        return counts[from + AT] + period - now;
    }
}
