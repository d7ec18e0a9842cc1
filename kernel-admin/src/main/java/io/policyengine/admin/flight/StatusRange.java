package io.policyengine.admin.flight;

import org.jspecify.annotations.Nullable;

/** An HTTP status, or all statuses of a class such as 4xx. Both bounds are included. */
public record StatusRange(int first, int last) {
    private static final int LENGTH = 3;
    private static final int CLASS = 100;

    /** Returns the range for {@code 401}, or for {@code 4xx}; null if the text is neither. */
    public static @Nullable StatusRange parse(String text) {
        if (text.length() != LENGTH || text.charAt(0) < '1' || text.charAt(0) > '5') {
            return null;
        }
        int ofClass = (text.charAt(0) - '0') * CLASS;
        if (text.regionMatches(true, 1, "xx", 0, 2)) {
            return new StatusRange(ofClass, ofClass + CLASS - 1);
        }
        int tens = text.charAt(1) - '0';
        int ones = text.charAt(2) - '0';
        if (tens < 0 || tens > 9 || ones < 0 || ones > 9) {
            return null;
        }
        int status = ofClass + tens * 10 + ones;
        return new StatusRange(status, status);
    }

    public boolean contains(int status) {
        return status >= first && status <= last;
    }
}
