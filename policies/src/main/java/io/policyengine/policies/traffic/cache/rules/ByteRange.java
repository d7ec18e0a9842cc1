package io.policyengine.policies.traffic.cache.rules;

import io.policyengine.core.http.HeaderMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A byte range (RFC 9110 §14). Multiple or invalid ranges are ignored, as servers may do.
 *
 * @param from index of the first byte
 * @param to end of the range, exclusive; at most {@code from} if the range lies outside of the body (416)
 */
public record ByteRange(int from, int to) {
    private static final String UNIT = "bytes=";

    /** Maximum number of digits of a position in a byte range; ranges with longer positions are ignored. */
    private static final int MAX_DIGITS = 18;

    /** Returns the byte range that a request asks for, or null for the complete body. */
    public static @Nullable ByteRange of(HeaderMap request, int length) {
        List<String> values = request.getAll("range");
        String value =
                values.size() == 1 ? HeaderMap.lowerCase(values.getFirst().strip()) : "";
        int dash = value.indexOf('-');
        if (!value.startsWith(UNIT) || dash < 0) {
            return null;
        }
        long first = number(value.substring(UNIT.length(), dash).strip());
        long last = number(value.substring(dash + 1).strip());
        if (first == Long.MIN_VALUE || last == Long.MIN_VALUE || (first < 0 && last < 0)) {
            return null;
        }
        if (first < 0) {
            int from = (int) Math.max(0, length - last);
            return new ByteRange(from, last == 0 ? from : length);
        }
        if (last >= 0 && last < first) {
            return null;
        }
        int from = (int) Math.min(first, length);
        return new ByteRange(from, last < 0 ? length : (int) Math.min(last + 1, length));
    }

    /** Parses a number; returns -1 for an empty text, {@link Long#MIN_VALUE} for an invalid one. */
    private static long number(String digits) {
        if (digits.isEmpty()) {
            return -1;
        }
        return digits.length() <= MAX_DIGITS && digits.chars().allMatch(c -> c >= '0' && c <= '9')
                ? Long.parseLong(digits)
                : Long.MIN_VALUE;
    }

    /** Returns whether the range contains no byte of the body. */
    public boolean isUnsatisfiable() {
        return from >= to;
    }
}
