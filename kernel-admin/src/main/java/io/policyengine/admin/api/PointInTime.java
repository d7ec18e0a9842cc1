package io.policyengine.admin.api;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/** Parses points in time: ISO 8601 times with an offset from UTC, and durations before now such as {@code 2h}. */
final class PointInTime {
    /** The description of valid texts, for a refusal. */
    static final String VALID = "a time with an offset from UTC, such as 2026-01-31T16:30:00Z, or how long ago, such as"
            + " 90s, 15m, 2h or 3d";

    /** The form of valid texts, for a schema. A text of this form may still be no date of the calendar. */
    static final String PATTERN = "^([0-9]{1,9}[smhd]|[0-9]{4}-[0-1][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]"
            + "(:[0-5][0-9](\\.[0-9]{1,9})?)?(Z|[+-][0-1][0-9]:[0-5][0-9]))$";

    /** Maximum digits of a duration before now. */
    private static final int MAX_DIGITS = 9;

    private PointInTime() {}

    /** Returns the time in milliseconds since 1970, or null if the text is invalid. */
    static @Nullable Long parse(String text, Instant now) {
        Duration before = before(text);
        if (before != null) {
            return now.minus(before).toEpochMilli();
        }
        try {
            return OffsetDateTime.parse(text).toInstant().toEpochMilli();
        } catch (DateTimeException | ArithmeticException notATime) {
            return null;
        }
    }

    private static @Nullable Duration before(String text) {
        int digits = text.length() - 1;
        if (digits < 1 || digits > MAX_DIGITS) {
            return null;
        }
        for (int i = 0; i < digits; i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return null;
            }
        }
        long number = Long.parseLong(text.substring(0, digits));
        return switch (text.charAt(digits)) {
            case 's' -> Duration.ofSeconds(number);
            case 'm' -> Duration.ofMinutes(number);
            case 'h' -> Duration.ofHours(number);
            case 'd' -> Duration.ofDays(number);
            default -> null;
        };
    }
}
