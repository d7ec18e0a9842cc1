package io.policyengine.policies.traffic.shared.counting;

/** A span of time as limits are written: {@code second}, {@code minute}, {@code hour}, {@code day}, or seconds such as {@code 90s}. */
public final class Span {
    /** The form, as a pattern. */
    public static final String FORM = "^(second|minute|hour|day|[1-9][0-9]{0,7}s)$";

    /** The longest, in microseconds: 366 days. */
    public static final long LONGEST = 366L * 86_400 * 1_000_000;

    private static final long MICROS = 1_000_000;

    private Span() {}

    /** The microseconds of a text that has the form. */
    public static long micros(String per) {
        return switch (per) {
            case "second" -> MICROS;
            case "minute" -> 60 * MICROS;
            case "hour" -> 3600 * MICROS;
            case "day" -> 86_400 * MICROS;
            default -> Long.parseLong(per.substring(0, per.length() - 1)) * MICROS;
        };
    }
}
