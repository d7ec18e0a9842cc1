package io.policyengine.policies.traffic.shared.limit;

import io.policyengine.core.params.Doc;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjusters;
import java.time.zone.ZoneOffsetTransition;
import org.jspecify.annotations.Nullable;

/**
 * Divides time into the hours, days, weeks (from Monday, ISO 8601) or months of a time zone, including its clock
 * changes. Thread-safe; the last windows are cached.
 */
public final class Calendar {
    private static final long MICROS_PER_SECOND = 1_000_000;

    private final Unit unit;
    private final ZoneId zone;
    private volatile Windows last;

    /** The kinds of calendar windows. */
    @Doc("Kind of window in the calendar of the time zone.")
    public enum Unit {
        /** An hour of the zone's clock. A clock change ends the hour early. */
        HOUR(3600),
        /** A day from midnight or, if a clock change skips midnight, from the first moment after it. */
        DAY(86_400),
        /** A week from Monday. */
        WEEK(604_800),
        MONTH(2_592_000);

        private final long seconds;

        Unit(long seconds) {
            this.seconds = seconds;
        }
    }

    /**
     * Three consecutive windows, in microseconds since 1970.
     *
     * @param before start of the first window
     * @param start start of the second window, which contains the requested time
     * @param end start of the third window
     * @param after end of the third window
     */
    public record Windows(long before, long start, long end, long after) {}

    public Calendar(Unit unit, ZoneId zone) {
        this.unit = unit;
        this.zone = zone;
        this.last = find(0);
    }

    /** Returns the windows around a time, which is in microseconds since 1970. */
    public Windows around(long micros) {
        Windows windows = last;
        if (micros < windows.start || micros >= windows.end) {
            windows = find(micros);
            last = windows;
        }
        return windows;
    }

    /** Returns the length of a window without clock changes, in seconds; thirty days for a month. */
    long typicalSeconds() {
        return unit.seconds;
    }

    /** Returns an id of this calendar. Calendars with equal ids have the same windows. */
    String id() {
        return unit.name() + "/" + zone.getId();
    }

    private Windows find(long micros) {
        Instant time = Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
        Instant start = startOf(time);
        Instant end = next(start);
        return new Windows(micros(startOf(start.minusSeconds(1))), micros(start), micros(end), micros(next(end)));
    }

    private Instant startOf(Instant time) {
        ZonedDateTime there = time.atZone(zone);
        return switch (unit) {
            case HOUR -> laterOf(hourOf(there), zone.getRules().previousTransition(time.plusNanos(1)));
            case DAY -> there.toLocalDate().atStartOfDay(zone).toInstant();
            case WEEK ->
                there.toLocalDate()
                        .with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY))
                        .atStartOfDay(zone)
                        .toInstant();
            case MONTH ->
                there.toLocalDate().withDayOfMonth(1).atStartOfDay(zone).toInstant();
        };
    }

    /** Returns the start of the window after the one that begins at {@code start}. */
    private Instant next(Instant start) {
        ZonedDateTime there = start.atZone(zone);
        return switch (unit) {
            case HOUR ->
                earlierOf(hourOf(there).plusSeconds(3600), zone.getRules().nextTransition(start));
            case DAY -> there.toLocalDate().plusDays(1).atStartOfDay(zone).toInstant();
            case WEEK -> there.toLocalDate().plusWeeks(1).atStartOfDay(zone).toInstant();
            case MONTH -> there.toLocalDate().plusMonths(1).atStartOfDay(zone).toInstant();
        };
    }

    /**
     * Returns the start of the hour that contains a time, with the time's offset. At a clock change, an hour may occur
     * twice or only in part.
     */
    private static Instant hourOf(ZonedDateTime time) {
        return time.toOffsetDateTime().truncatedTo(ChronoUnit.HOURS).toInstant();
    }

    private static Instant laterOf(Instant time, @Nullable ZoneOffsetTransition change) {
        return change != null && change.getInstant().isAfter(time) ? change.getInstant() : time;
    }

    private static Instant earlierOf(Instant time, @Nullable ZoneOffsetTransition change) {
        return change != null && change.getInstant().isBefore(time) ? change.getInstant() : time;
    }

    private static long micros(Instant time) {
        return time.getEpochSecond() * MICROS_PER_SECOND;
    }
}
