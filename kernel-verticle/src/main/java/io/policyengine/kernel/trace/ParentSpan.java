package io.policyengine.kernel.trace;

import org.jspecify.annotations.Nullable;

/**
 * The span that a header field names as the parent. It is parsed in place, so that an unused field costs no memory.
 * Confined to one event loop, and reused for each exchange.
 *
 * <p>The formats are W3C Trace Context and Zipkin's B3. Both are parsed strictly: hexadecimal digits in lower case, no
 * spaces, no id of only zeros. A field that is malformed or longer than {@value #MAX_LENGTH} characters is ignored.
 */
final class ParentSpan {
    /**
     * Maximum characters of a trace header that is parsed. It leaves space for later, longer versions of the format.
     */
    static final int MAX_LENGTH = 256;

    private static final int TRACE_DIGITS = 32;
    private static final int SPAN_DIGITS = 16;

    /**
     * The length of a {@code traceparent} of version 00: {@code 00-}, trace id, {@code -}, span id, {@code -}, flags.
     */
    private static final int TRACEPARENT_LENGTH = 55;

    private static final int SAMPLED_FLAG = 1;

    private long traceHigh;
    private long traceLow;
    private long span;
    private boolean decided;
    private boolean sampled;

    /** True once a digit was found that is not hexadecimal. */
    private boolean malformed;

    long traceHigh() {
        return traceHigh;
    }

    long traceLow() {
        return traceLow;
    }

    /** Returns the id of the parent span; 0 without a parent. */
    long span() {
        return span;
    }

    boolean isDecided() {
        return decided;
    }

    boolean isSampled() {
        return sampled;
    }

    void clear() {
        traceHigh = 0;
        traceLow = 0;
        span = 0;
        decided = false;
        sampled = false;
    }

    /**
     * Parses {@code traceparent} (W3C Trace Context §3.2).
     *
     * @return true if the field names a parent; if false, this object is unchanged
     */
    boolean takeTraceparent(@Nullable String field) {
        if (field == null || field.length() < TRACEPARENT_LENGTH || field.length() > MAX_LENGTH) {
            return false;
        }
        malformed = false;
        long version = hex(field, 0, 2);
        long high = hex(field, 3, 16);
        long low = hex(field, 19, 16);
        long parent = hex(field, 36, SPAN_DIGITS);
        long flags = hex(field, 53, 2);
        boolean separated = field.charAt(2) == '-' && field.charAt(35) == '-' && field.charAt(52) == '-';
        // Additions of later versions begin with a dash; version ff is invalid.
        boolean ends = field.length() == TRACEPARENT_LENGTH || (version > 0 && field.charAt(TRACEPARENT_LENGTH) == '-');
        if (malformed || !separated || !ends || version == 0xff) {
            return false;
        }
        return take(high, low, parent, true, (flags & SAMPLED_FLAG) != 0);
    }

    /**
     * Parses {@code b3} in one field: trace id, span id and optionally a decision ({@code 0}, {@code 1} or {@code d}),
     * joined by dashes. The id of the parent's parent may follow.
     *
     * @return true if the field names a parent or a decision not to sample; otherwise nothing has changed
     */
    boolean takeB3(@Nullable String field) {
        if (field == null || field.length() > MAX_LENGTH) {
            return false;
        }
        if (field.equals("0")) {
            return refuse();
        }
        int digits = field.indexOf('-');
        int end = digits + 1 + SPAN_DIGITS;
        if (digits < 0 || field.length() < end || !isEndOfB3(field, end)) {
            return false;
        }
        char state = field.length() == end ? 0 : field.charAt(end + 1);
        return takeIds(field, digits, field, digits + 1, state);
    }

    private static boolean isEndOfB3(String field, int end) {
        int rest = field.length() - end;
        boolean stated = rest >= 2 && field.charAt(end) == '-';
        return rest == 0 || (stated && (rest == 2 || (rest == 3 + SPAN_DIGITS && field.charAt(end + 2) == '-')));
    }

    /**
     * Parses B3 in several fields.
     *
     * @param sampled {@code 1}, {@code 0}, or, from old tracers, {@code true} and {@code false}; null if undecided
     * @param flags {@code 1} if the trace is always sampled
     * @return true if the fields name a parent or a decision not to sample; otherwise nothing has changed
     */
    boolean takeB3(
            @Nullable String traceId, @Nullable String spanId, @Nullable String sampled, @Nullable String flags) {
        char state = stateOf(sampled, flags);
        if (traceId == null && spanId == null) {
            return state == '0' && refuse();
        }
        if (traceId == null || spanId == null || spanId.length() != SPAN_DIGITS) {
            return false;
        }
        return takeIds(traceId, traceId.length(), spanId, 0, state);
    }

    private static char stateOf(@Nullable String sampled, @Nullable String flags) {
        if ("1".equals(flags)) {
            return 'd';
        }
        return switch (sampled) {
            case null -> 0;
            case "1", "true" -> '1';
            case "0", "false" -> '0';
            default -> 'x';
        };
    }

    /**
     * Parses the ids of B3.
     *
     * @param digits number of digits of the trace id, with which {@code trace} begins: 32, or 16 from older tracers
     * @param state the sampling decision; 0 if undecided
     */
    private boolean takeIds(String trace, int digits, String spanText, int spanAt, char state) {
        boolean isWide = digits == TRACE_DIGITS;
        if ((!isWide && digits != SPAN_DIGITS) || (state != 0 && state != '0' && state != '1' && state != 'd')) {
            return false;
        }
        malformed = false;
        long high = isWide ? hex(trace, 0, 16) : 0;
        long low = hex(trace, digits - 16, 16);
        long parent = hex(spanText, spanAt, SPAN_DIGITS);
        return !malformed && take(high, low, parent, state != 0, state == '1' || state == 'd');
    }

    private boolean take(long high, long low, long parent, boolean isDecided, boolean isSampled) {
        if (parent == 0 || (high | low) == 0) {
            return false;
        }
        traceHigh = high;
        traceLow = low;
        span = parent;
        decided = isDecided;
        sampled = isSampled;
        return true;
    }

    private boolean refuse() {
        clear();
        decided = true;
        return true;
    }

    private long hex(String text, int from, int digits) {
        long value = 0;
        for (int i = from; i < from + digits; i++) {
            char c = text.charAt(i);
            int digit;
            if (c >= '0' && c <= '9') {
                digit = c - '0';
            } else if (c >= 'a' && c <= 'f') {
                digit = c - 'a' + 10;
            } else {
                malformed = true;
                return 0;
            }
            value = (value << 4) | digit;
        }
        return value;
    }
}
