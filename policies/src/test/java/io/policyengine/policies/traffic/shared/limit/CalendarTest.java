package io.policyengine.policies.traffic.shared.limit;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.policies.traffic.shared.limit.Calendar.Unit;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Windows of calendars, over changes of clocks and time zones. */
class CalendarTest {
    private static long micros(String time) {
        return Instant.parse(time).toEpochMilli() * 1000;
    }

    @ParameterizedTest
    @CsvSource({
        "DAY, UTC, 2026-03-29T12:00:00Z, 2026-03-29T00:00:00Z, 2026-03-30T00:00:00Z",
        // 23 hours, and 25
        "DAY, Europe/Berlin, 2026-03-29T12:00:00Z, 2026-03-28T23:00:00Z, 2026-03-29T22:00:00Z",
        "DAY, Europe/Berlin, 2026-10-25T12:00:00Z, 2026-10-24T22:00:00Z, 2026-10-25T23:00:00Z",
        // midnight does not exist: the day begins at one
        "DAY, America/Santiago, 2026-09-06T12:00:00Z, 2026-09-06T04:00:00Z, 2026-09-07T03:00:00Z",
        // a day that was left out
        "DAY, Pacific/Apia, 2011-12-30T09:59:59Z, 2011-12-29T10:00:00Z, 2011-12-30T10:00:00Z",
        "DAY, +05:30, 2026-01-01T00:00:00Z, 2025-12-31T18:30:00Z, 2026-01-01T18:30:00Z",
        "HOUR, Asia/Kolkata, 2026-01-01T00:00:00Z, 2025-12-31T23:30:00Z, 2026-01-01T00:30:00Z",
        "HOUR, Europe/Berlin, 2026-10-25T00:30:00Z, 2026-10-25T00:00:00Z, 2026-10-25T01:00:00Z",
        // clocks that are changed by half an hour: hours of ninety and thirty minutes would be wrong
        "HOUR, Australia/Lord_Howe, 2026-04-04T15:10:00Z, 2026-04-04T15:00:00Z, 2026-04-04T15:30:00Z",
        "HOUR, Australia/Lord_Howe, 2026-04-04T14:50:00Z, 2026-04-04T14:00:00Z, 2026-04-04T15:00:00Z",
        "WEEK, UTC, 2027-01-01T00:00:00Z, 2026-12-28T00:00:00Z, 2027-01-04T00:00:00Z",
        "WEEK, Europe/Berlin, 2026-03-29T12:00:00Z, 2026-03-22T23:00:00Z, 2026-03-29T22:00:00Z",
        "MONTH, UTC, 2028-02-29T23:59:59Z, 2028-02-01T00:00:00Z, 2028-03-01T00:00:00Z",
        "MONTH, America/New_York, 2026-01-01T04:59:59Z, 2025-12-01T05:00:00Z, 2026-01-01T05:00:00Z",
    })
    void knowsItsWindows(Unit unit, String zone, String time, String start, String end) {
        Calendar.Windows windows = new Calendar(unit, ZoneId.of(zone)).around(micros(time));

        assertThat(windows.start()).isEqualTo(micros(start));
        assertThat(windows.end()).isEqualTo(micros(end));
    }

    @ParameterizedTest
    @EnumSource
    void windowsFollowEachOtherWithoutGaps(Unit unit) {
        Random random = new Random(16);
        for (String zone : ZoneId.getAvailableZoneIds()) {
            Calendar calendar = new Calendar(unit, ZoneId.of(zone));
            for (int i = 0; i < 10; i++) {
                long time = micros("2020-01-01T00:00:00Z")
                        + random.nextLong(Duration.ofDays(4_000).toMillis()) * 1000;
                Calendar.Windows windows = calendar.around(time);
                assertThat(time).as(zone).isBetween(windows.start(), windows.end() - 1);
                assertThat(calendar.around(windows.start() - 1))
                        .as("%s before %d", zone, windows.start())
                        .satisfies(before -> assertThat(before.end()).isEqualTo(windows.start()))
                        .satisfies(before -> assertThat(before.start()).isEqualTo(windows.before()));
                assertThat(calendar.around(windows.end()))
                        .as("%s after %d", zone, windows.end())
                        .satisfies(after -> assertThat(after.start()).isEqualTo(windows.end()))
                        .satisfies(after -> assertThat(after.end()).isEqualTo(windows.after()));
            }
        }
    }

    private static final CalendarWindow TEN_A_DAY = new CalendarWindow(new Calendar(Unit.DAY, ZoneId.of("UTC")), 10);

    private final long[] counts = {0, 0, 0};

    private long usedAt(String time) {
        TEN_A_DAY.advance(counts, 0, micros(time));
        return TEN_A_DAY.used(counts, 0, micros(time));
    }

    private void useAllAt(String time) {
        assertThat(usedAt(time)).isZero();
        counts[UsageMeter.COUNT] = 10;
    }

    private Duration waitAt(String time) {
        return Duration.of(TEN_A_DAY.untilFree(counts, 0, micros(time), 1), ChronoUnit.MICROS);
    }

    @Test
    void aClockThatIsSetBackDoesNotEmptyAQuota() {
        useAllAt("2026-01-02T06:00:00Z");

        assertThat(usedAt("2026-01-01T12:00:00Z")).isEqualTo(10);
        assertThat(waitAt("2026-01-01T12:00:00Z"))
                .as("the next day is used up, too")
                .isEqualTo(Duration.ofHours(36));
        assertThat(usedAt("2025-12-24T12:00:00Z")).isEqualTo(10);
        assertThat(waitAt("2025-12-24T12:00:00Z")).isEqualTo(Duration.ofHours(12));
    }

    @Test
    void aClockThatIsSetBackAndForwardDoesNotEmptyAQuota() {
        useAllAt("2026-01-02T06:00:00Z");

        for (String earlier : List.of("2026-01-01T12:00:00Z", "2025-12-24T12:00:00Z")) {
            assertThat(usedAt(earlier)).isEqualTo(10);
            assertThat(usedAt("2026-01-02T07:00:00Z")).as("the same day").isEqualTo(10);
        }
        assertThat(TEN_A_DAY.lifeMicros(counts, 0, micros("2026-01-01T23:00:00Z")))
                .as("it outlasts the earlier day")
                .isEqualTo(Duration.ofHours(25).toNanos() / 1000);
        assertThat(usedAt("2026-01-03T00:00:00Z")).isZero();
    }

    @Test
    void aClockThatWasFarAheadLocksNobodyOut() {
        useAllAt("2126-01-02T06:00:00Z");

        assertThat(usedAt("2026-01-01T12:00:00Z")).isEqualTo(10);
        assertThat(waitAt("2026-01-01T12:00:00Z")).isEqualTo(Duration.ofHours(12));
        assertThat(TEN_A_DAY.lifeMicros(counts, 0, micros("2026-01-01T12:00:00Z")))
                .isEqualTo(Duration.ofDays(366).toNanos() / 1000);
        assertThat(usedAt("2026-01-02T00:00:00Z")).isZero();
    }
}
