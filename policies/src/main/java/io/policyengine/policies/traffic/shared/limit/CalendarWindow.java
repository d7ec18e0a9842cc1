package io.policyengine.policies.traffic.shared.limit;

import io.policyengine.core.store.StoreOperation.Arguments;

/**
 * An algorithm that counts use in the hours, days, weeks or months of a calendar. The Redis script gets three windows,
 * and the store's time selects one of them. If clocks differ so much that none of them contains the store's time, the
 * operation is repeated with windows around that time.
 *
 * <p>{@link #BEFORE} is the end of the latest window that has counted the use. If the clock is set back, the use is
 * also counted in the earlier window. If the clock is then set forward to the latest window, the use is still counted
 * there.
 */
public record CalendarWindow(Calendar calendar, long capacity) implements UsageMeter {
    /** Maximum time for which a count is stored, in microseconds: 366 days. */
    private static final long MAX_LIFE = 366L * 86_400 * 1_000_000;

    @Override
    public void describe(Arguments arguments, long now) {
        Calendar.Windows windows = calendar.around(now);
        arguments
                .add("calendar")
                .add(windows.before())
                .add(windows.start())
                .add(windows.end())
                .add(windows.after());
    }

    @Override
    public long unit() {
        return 1;
    }

    @Override
    public long windowSeconds() {
        return calendar.typicalSeconds();
    }

    @Override
    public void advance(long[] counts, int from, long now) {
        Calendar.Windows windows = calendar.around(now);
        if (counts[from + AT] < windows.start() && counts[from + BEFORE] != windows.end()) {
            counts[from + COUNT] = 0;
            counts[from + BEFORE] = windows.end();
        }
        counts[from + AT] = windows.start();
        counts[from + BEFORE] = Math.max(counts[from + BEFORE], windows.end());
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
        return counts[from + COUNT] + units <= capacity ? 0 : left(counts, from, now);
    }

    @Override
    public long untilAllIsFree(long[] counts, int from, long now) {
        return left(counts, from, now);
    }

    @Override
    public long lifeMicros(long[] counts, int from, long now) {
        return Math.clamp(counts[from + BEFORE] - now, 1, MAX_LIFE);
    }

    /**
     * Returns the time until the end of the window. If the next window has already counted the use, it is the time
     * until the end of the next one.
     */
    private long left(long[] counts, int from, long now) {
        Calendar.Windows windows = calendar.around(now);
        long end = counts[from + BEFORE] == windows.after() ? windows.after() : windows.end();
        return Math.max(1, end - now);
    }
}
