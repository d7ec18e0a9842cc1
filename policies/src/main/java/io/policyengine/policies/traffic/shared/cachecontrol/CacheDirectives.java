package io.policyengine.policies.traffic.shared.cachecontrol;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.policies.format.structuredfields.BareItem;
import io.policyengine.policies.format.structuredfields.Item;
import io.policyengine.policies.format.structuredfields.MalformedFieldException;
import io.policyengine.policies.format.structuredfields.Member;
import io.policyengine.policies.format.structuredfields.StructuredFields;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The directives of Cache-Control (RFC 9111 §5.2), or of a targeted field (RFC 9213), by lower-case name. If a
 * directive is repeated, the shortest time applies; an unreadable time is zero.
 */
public final class CacheDirectives {
    /** The result for a directive that is missing. */
    public static final long ABSENT = -1;

    /** Maximum time of a directive, in seconds. Longer times are reduced to it (RFC 9111 §1.2.2). */
    private static final long FOREVER = 1L << 31;

    private static final CacheDirectives NONE = new CacheDirectives(Map.of());

    /** The time of each directive, in seconds; 0 if its value is missing or unreadable. */
    private final Map<String, Long> seconds;

    private CacheDirectives(Map<String, Long> seconds) {
        this.seconds = seconds;
    }

    /**
     * Returns the directives of Cache-Control; if the field is absent, the directives equivalent to Pragma (RFC 9111
     * §5.4).
     */
    public static CacheDirectives ofRequest(HeaderMap headers) {
        List<String> values = headers.getAll("cache-control");
        if (!values.isEmpty()) {
            return parse(values);
        }
        return parse(headers.getAll("pragma")).has("no-cache") ? new CacheDirectives(Map.of("no-cache", 0L)) : NONE;
    }

    /**
     * Returns the directives of the first readable targeted field of a response or, if there is none, of Cache-Control.
     *
     * @param targeted names of fields, in lower case
     */
    public static CacheDirectives ofResponse(HeaderMap headers, List<String> targeted) {
        CacheDirectives own = ofTargeted(headers, targeted);
        return own == null ? parse(headers.getAll("cache-control")) : own;
    }

    /** Returns the directives of the first readable targeted field of a response, or null. */
    public static @Nullable CacheDirectives ofTargeted(HeaderMap headers, List<String> targeted) {
        for (String field : targeted) {
            List<String> values = headers.getAll(field);
            if (!values.isEmpty()) {
                CacheDirectives read = dictionary(values);
                if (read != null) {
                    return read;
                }
            }
        }
        return null;
    }

    private static @Nullable CacheDirectives dictionary(List<String> values) {
        try {
            Map<String, Long> seconds = new HashMap<>();
            StructuredFields.dictionary(values).forEach((name, member) -> {
                if (!isFalse(member)) {
                    seconds.put(name, secondsOf(member));
                }
            });
            return seconds.isEmpty() ? null : new CacheDirectives(seconds);
        } catch (MalformedFieldException unreadable) {
            return null;
        }
    }

    private static boolean isFalse(Member member) {
        return member instanceof Item item && item.value() instanceof BareItem.Bool(boolean value) && !value;
    }

    private static long secondsOf(Member member) {
        return member instanceof Item item && item.value() instanceof BareItem.Int(long value)
                ? Math.clamp(value, 0, FOREVER)
                : 0;
    }

    public static CacheDirectives parse(List<String> values) {
        if (values.isEmpty()) {
            return NONE;
        }
        Map<String, Long> seconds = new HashMap<>();
        for (String value : values) {
            int from = 0;
            while (from < value.length()) {
                int end = endOfDirective(value, from);
                add(value.substring(from, end), seconds);
                from = end + 1;
            }
        }
        return new CacheDirectives(seconds);
    }

    /**
     * Returns the index of the end of a directive: the next separator outside of quotes. An unclosed quote is ignored.
     */
    private static int endOfDirective(String value, int from) {
        boolean quoted = false;
        int hidden = value.length();
        for (int i = from; i < value.length(); i++) {
            char c = value.charAt(i);
            if (quoted && c == '\\') {
                i++;
            } else if (c == '"') {
                quoted = !quoted;
            } else if (isSeparator(c) && !quoted) {
                return i;
            } else if (isSeparator(c) && hidden == value.length()) {
                hidden = i;
            }
        }
        return quoted ? hidden : value.length();
    }

    /**
     * Returns whether the character separates directives. A semicolon is accepted, since it is often written instead of
     * a comma: "private; max-age=60" must still be private.
     */
    private static boolean isSeparator(char c) {
        return c == ',' || c == ';';
    }

    private static void add(String directive, Map<String, Long> seconds) {
        int equals = directive.indexOf('=');
        String name = HeaderMap.lowerCase((equals < 0 ? directive : directive.substring(0, equals)).strip());
        if (!name.isEmpty()) {
            long time =
                    equals < 0 ? 0 : secondsIn(directive.substring(equals + 1).strip());
            seconds.merge(name, time, Math::min);
        }
    }

    /**
     * Returns the seconds that a field states: {@code absent} if it has no value, the longest time if it is repeated or
     * unreadable.
     */
    public static long seconds(List<String> values, long absent) {
        if (values.isEmpty()) {
            return absent;
        }
        String value = values.getFirst();
        return values.size() == 1 && isNumber(value) ? secondsIn(value) : FOREVER;
    }

    private static boolean isNumber(String digits) {
        return !digits.isEmpty() && digits.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    /** Parses the seconds in a token or a quoted string (RFC 9111 §5.2); returns 0 if the text is not a number. */
    private static long secondsIn(String argument) {
        boolean isQuoted = argument.length() >= 2 && argument.startsWith("\"") && argument.endsWith("\"");
        String digits = isQuoted ? argument.substring(1, argument.length() - 1) : argument;
        if (!isNumber(digits)) {
            return 0;
        }
        return digits.length() > 10 ? FOREVER : Math.min(Long.parseLong(digits), FOREVER);
    }

    public boolean has(String name) {
        return seconds.containsKey(name);
    }

    /** Returns the seconds of a directive: {@link #ABSENT} if it is missing, 0 if its value is not a number. */
    public long seconds(String name) {
        return seconds.getOrDefault(name, ABSENT);
    }

    public boolean isEmpty() {
        return seconds.isEmpty();
    }
}
