package io.policyengine.core.http;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The query of a request target. Parameters that are not touched keep their order and their encoding to the octet.
 *
 * <p>Works on whole targets ({@code /path?query}); names and values are compared decoded
 * (application/x-www-form-urlencoded, UTF-8).
 */
public final class QueryString {
    private QueryString() {}

    /** The target without query. */
    public static String pathOf(String target) {
        int mark = target.indexOf('?');
        return mark < 0 ? target : target.substring(0, mark);
    }

    /** The query without its question mark; empty if there is none. */
    public static String queryOf(String target) {
        int mark = target.indexOf('?');
        return mark < 0 ? "" : target.substring(mark + 1);
    }

    /** The decoded value of the first parameter of this name, or null. */
    public static @Nullable String get(String target, String name) {
        for (String part : parts(target)) {
            if (nameOf(part).equals(name)) {
                int equals = part.indexOf('=');
                return equals < 0 ? "" : decode(part.substring(equals + 1));
            }
        }
        return null;
    }

    /** The decoded values of all parameters of this name. */
    public static List<String> getAll(String target, String name) {
        List<String> values = new ArrayList<>();
        for (String part : parts(target)) {
            if (nameOf(part).equals(name)) {
                int equals = part.indexOf('=');
                values.add(equals < 0 ? "" : decode(part.substring(equals + 1)));
            }
        }
        return values;
    }

    /** The decoded names of all parameters, in order, repeats repeated. */
    public static List<String> names(String target) {
        return parts(target).stream().map(QueryString::nameOf).toList();
    }

    /** Replaces the first parameter of this name in place and drops its repeats, or adds it at the end. */
    public static String set(String target, String name, String value) {
        String encoded = encode(name) + "=" + encode(value);
        List<String> parts = parts(target);
        List<String> changed = new ArrayList<>(parts.size() + 1);
        boolean placed = false;
        for (String part : parts) {
            if (!nameOf(part).equals(name)) {
                changed.add(part);
            } else if (!placed) {
                changed.add(encoded);
                placed = true;
            }
        }
        if (!placed) {
            changed.add(encoded);
        }
        return join(target, changed);
    }

    /** Removes all parameters of this name. */
    public static String remove(String target, String name) {
        List<String> parts = parts(target);
        List<String> kept =
                parts.stream().filter(part -> !nameOf(part).equals(name)).toList();
        return kept.size() == parts.size() ? target : join(target, kept);
    }

    private static List<String> parts(String target) {
        String query = queryOf(target);
        return query.isEmpty() ? List.of() : List.of(query.split("&", -1));
    }

    private static String nameOf(String part) {
        int equals = part.indexOf('=');
        return decode(equals < 0 ? part : part.substring(0, equals));
    }

    private static String join(String target, List<String> parts) {
        String path = pathOf(target);
        return parts.isEmpty() ? path : path + "?" + String.join("&", parts);
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static String decode(String encoded) {
        if (encoded.indexOf('%') < 0 && encoded.indexOf('+') < 0) {
            return Octets.toText(encoded);
        }
        try {
            return URLDecoder.decode(Octets.toText(encoded), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException malformed) {
            return Octets.toText(encoded);
        }
    }
}
