package io.policyengine.admin.api;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Parses points in time: ISO 8601 times with an offset from UTC, and durations before now such as {@code 2h}. */
final class PointInTime {
    /** The description of valid texts, shown when a text is refused. */
    static final String VALID = "a time with an offset from UTC, such as 2026-01-31T16:30:00Z, or how long ago, such as"
            + " 90s, 15m, 2h or 3d";

    /** Maximum digits of the number in a duration before now. */
    private static final int MAX_DIGITS = 9;

    /** The pattern of all dates except the 29th of February. */
    private static final String DAY_OF_ANY_YEAR = "[0-9]{4}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])"
            + "|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))";

    /** The pattern of the 29th of February in leap years. */
    private static final String LEAP_DAY =
            "([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)-02-29";

    private static final String DAY = "(" + DAY_OF_ANY_YEAR + "|" + LEAP_DAY + ")";
    private static final String MINUTE = "([01][0-9]|2[0-3]):[0-5][0-9]";
    private static final String SECOND = ":[0-5][0-9](\\.[0-9]{1,9})?";

    /** The pattern of an offset from UTC, at most 18 hours as in Java. */
    private static final String OFFSET = "(Z|[+-]((0[0-9]|1[0-7]):[0-5][0-9]|18:00))";

    /** The pattern of texts that callers may send. {@link #parse} accepts every text that matches it. */
    static final String PATTERN =
            "^([0-9]{1," + MAX_DIGITS + "}[smhd]|" + DAY + "T" + MINUTE + "(" + SECOND + ")?" + OFFSET + ")$";

    /** The pattern of a time with seconds, as {@link Instant#parse} requires them. */
    private static final String INSTANT = "^" + DAY + "T" + MINUTE + SECOND + OFFSET + "$";

    private PointInTime() {}

    /** Describes, in the schema of a request body, a member that {@link Instant#parse} parses. */
    static void describeInstant(ObjectNode member) {
        member.put("format", "date-time").put("pattern", INSTANT);
    }

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
