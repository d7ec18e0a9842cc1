package io.policyengine.app.command;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;

/**
 * The size of a heap, written as for {@code -Xmx} and {@code POLICY_ENGINE_HEAP}.
 *
 * @param bytes at least 2 MiB, the JVM's minimum
 */
public record HeapSize(long bytes) {
    private static final Pattern FORM = Pattern.compile("([0-9]{1,9})([kKmMgG]?)");
    private static final long MIN = 2L << 20;

    /** Parses a size such as {@code 512m}. Throws {@link IllegalArgumentException} if the text is invalid. */
    public static HeapSize parse(String text) {
        Matcher form = FORM.matcher(text);
        if (form.matches()) {
            long bytes = Long.parseLong(form.group(1)) << shift(form.group(2));
            if (bytes >= MIN) {
                return new HeapSize(bytes);
            }
        }
        throw new IllegalArgumentException("'" + text + "' is not the size of a heap, such as 512m or 2g");
    }

    private static int shift(String unit) {
        return switch (unit) {
            case "k", "K" -> 10;
            case "m", "M" -> 20;
            case "g", "G" -> 30;
            default -> 0;
        };
    }
}
