package io.policyengine.core.http;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the query of a request target; {@link TargetEdit} changes it.
 *
 * <p>Works on whole targets ({@code /path?query}); names and values are compared decoded
 * (application/x-www-form-urlencoded of the URL standard, UTF-8). Servers differ in how they read malformed escapes and
 * malformed UTF-8. If the difference matters, use {@link #pairs} and {@link PercentCoding#decode}.
 */
public final class QueryString {
    private QueryString() {}

    /** Returns the target without its query. */
    public static String pathOf(String target) {
        int mark = target.indexOf('?');
        return mark < 0 ? target : target.substring(0, mark);
    }

    /** Returns the query without its question mark; empty if there is none. */
    public static String queryOf(String target) {
        int mark = target.indexOf('?');
        return mark < 0 ? "" : target.substring(mark + 1);
    }

    /** Returns the decoded value of the first parameter of this name, or null if there is none. */
    public static @Nullable String get(String target, String name) {
        for (String part : parts(target)) {
            if (!part.isEmpty() && nameOf(part).equals(name)) {
                return valueOf(part);
            }
        }
        return null;
    }

    /** Returns the decoded values of all parameters of this name. */
    public static List<String> getAll(String target, String name) {
        List<String> values = new ArrayList<>();
        for (String part : parts(target)) {
            if (!part.isEmpty() && nameOf(part).equals(name)) {
                values.add(valueOf(part));
            }
        }
        return values;
    }

    /** Returns the decoded value of the first parameter of each name, in order, in one pass. */
    public static Map<String, String> firstByName(String target) {
        Map<String, String> first = new LinkedHashMap<>();
        for (String part : parts(target)) {
            if (!part.isEmpty()) {
                first.computeIfAbsent(nameOf(part), _ -> valueOf(part));
            }
        }
        return first;
    }

    /** Returns the decoded names of all parameters, in order, including repeated ones. */
    public static List<String> names(String target) {
        return parts(target).stream()
                .filter(part -> !part.isEmpty())
                .map(QueryString::nameOf)
                .toList();
    }

    /**
     * A parameter of a query.
     *
     * @param name the decoded name, as octets
     * @param value the decoded value, as octets; empty if there is none
     */
    public record Parameter(String name, String value) {}

    /**
     * Returns all parameters in order, including repeated ones. Empty text between two {@code &} is not a parameter.
     */
    public static List<Parameter> parameters(String target) {
        List<Parameter> all = new ArrayList<>();
        for (Pair pair : pairs(queryOf(target))) {
            all.add(new Parameter(PercentCoding.octets(pair.name(), true), PercentCoding.octets(pair.value(), true)));
        }
        return all;
    }

    /**
     * A parameter of a query, or a field of a form, as written.
     *
     * @param name as octets, undecoded
     * @param value as octets, undecoded; empty if there is no equals sign
     */
    public record Pair(String name, String value) {}

    /**
     * Returns the pairs of a query or a form in order. Ampersands separate pairs, semicolons do not. Empty pairs are
     * skipped.
     *
     * @param query without its question mark, as octets
     */
    public static List<Pair> pairs(String query) {
        List<Pair> pairs = new ArrayList<>();
        for (String part : partsOf(query)) {
            if (!part.isEmpty()) {
                int equals = part.indexOf('=');
                pairs.add(
                        equals < 0
                                ? new Pair(part, "")
                                : new Pair(part.substring(0, equals), part.substring(equals + 1)));
            }
        }
        return pairs;
    }

    /** Returns whether the query has more than {@code max} parameters, counting empty ones. Decodes nothing. */
    public static boolean isLongerThan(int max, String target) {
        int places = 0;
        int at = target.indexOf('?');
        while (at >= 0) {
            if (++places > max) {
                return true;
            }
            at = target.indexOf('&', at + 1);
        }
        return false;
    }

    static List<String> parts(String target) {
        return partsOf(queryOf(target));
    }

    private static List<String> partsOf(String query) {
        return query.isEmpty() ? List.of() : List.of(query.split("&", -1));
    }

    static String nameOf(String part) {
        int equals = part.indexOf('=');
        return decode(equals < 0 ? part : part.substring(0, equals));
    }

    private static String valueOf(String part) {
        int equals = part.indexOf('=');
        return equals < 0 ? "" : decode(part.substring(equals + 1));
    }

    static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static String decode(String encoded) {
        return Octets.toText(PercentCoding.octets(encoded, true));
    }
}
