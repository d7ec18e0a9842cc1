package io.policyengine.policies.traffic.shared.counting;

/** A configured time span: {@code second}, {@code minute}, {@code hour}, {@code day}, or {@code 90s}. */
public final class Span {
    /** The syntax of a time span, as a regular expression. */
    public static final String FORM = "^(second|minute|hour|day|[1-9][0-9]{0,7}s)$";

    /** Maximum span, in microseconds: 366 days. */
    public static final long LONGEST = 366L * 86_400 * 1_000_000;

    private static final long MICROS = 1_000_000;

    private Span() {}

    /** Converts the text of a valid time span to microseconds. */
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
