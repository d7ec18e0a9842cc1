package io.policyengine.policies.traffic.shared.limit;

import io.policyengine.core.store.StoreOperation.Arguments;

/**
 * An hour, day, week or month of a calendar. The script gets three windows, and the store's time selects one of them.
 * If clocks differ so much that none of them contains the store's time, the operation is repeated with windows around
 * it.
 */
public record CalendarWindow(Calendar calendar, long capacity) implements UsageMeter {
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
        long start = calendar.around(now).start();
        if (counts[from + AT] < start) {
            counts[from + COUNT] = 0;
        }
        counts[from + AT] = start;
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
        return counts[from + COUNT] + units <= capacity ? 0 : left(now);
    }

    @Override
    public long untilAllIsFree(long[] counts, int from, long now) {
        return left(now);
    }

    @Override
    public long lifeMicros(long[] counts, int from, long now) {
        return left(now);
    }

    private long left(long now) {
        return Math.max(1, calendar.around(now).end() - now);
    }
}
