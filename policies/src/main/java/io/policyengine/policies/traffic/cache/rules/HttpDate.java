package io.policyengine.policies.traffic.cache.rules;

import io.netty.handler.codec.DateFormatter;
import io.policyengine.core.http.HeaderMap;
import java.util.Date;
import java.util.List;

/** Reads and writes the dates of HTTP fields (RFC 9110 §5.6.7), in milliseconds since 1970. */
@SuppressWarnings("JavaUtilDate") // Netty's DateFormatter uses it
public final class HttpDate {
    /** The result for a missing date field. */
    public static final long ABSENT = -1;

    /** The result for an invalid date field, or for one that is repeated with different dates. */
    public static final long INVALID = -2;

    private HttpDate() {}

    /** Returns the date of a field, {@link #ABSENT} or {@link #INVALID}. */
    public static long of(HeaderMap headers, String name) {
        List<String> values = headers.getAll(name);
        if (values.isEmpty()) {
            return ABSENT;
        }
        long first = parse(values.getFirst());
        return values.stream().allMatch(value -> parse(value) == first) ? first : INVALID;
    }

    private static long parse(String text) {
        boolean isAsctime = text.indexOf(',') < 0;
        if (!isAsctime && !text.endsWith(" GMT")) {
            return INVALID;
        }
        Date date = text.isEmpty() ? null : DateFormatter.parseHttpDate(text);
        return date == null || date.getTime() < 0 ? INVALID : date.getTime();
    }

    /** Returns the date as text, in the preferred format of HTTP. */
    public static String format(long millis) {
        return DateFormatter.format(new Date(millis));
    }
}
