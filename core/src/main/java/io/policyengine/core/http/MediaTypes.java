package io.policyengine.core.http;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The media types that recipients may assume for a message because of its {@code Content-Type} (RFC 9110 §8.3). A
 * recipient may use the first or the last field, a field named {@code Content_Type}, or any member of a comma-separated
 * list. Recipients may also ignore a malformed value.
 *
 * @param stated {@code type/subtype} in lower case, without parameters, of each field and each member of a list
 * @param unclear whether a recipient may assume any type at all, because no field states one or a value is malformed
 */
public record MediaTypes(Set<String> stated, boolean unclear) {
    private static final String NAME = "content-type";
    private static final String CHARSET = "charset=";
    private static final MediaTypes NONE = new MediaTypes(Set.of(), true);

    public static MediaTypes of(HeaderMap headers) {
        List<String> values = new ArrayList<>(1);
        headers.forEach((name, value) -> {
            if (isContentType(name)) {
                values.add(value);
            }
        });
        if (values.isEmpty()) {
            return NONE;
        }
        Set<String> stated = new LinkedHashSet<>(2);
        boolean unclear = false;
        for (String value : values) {
            unclear |= !read(value, stated);
        }
        return new MediaTypes(Set.copyOf(stated), unclear);
    }

    /** Returns all values of the parameter {@code charset}, in lower case and without quotes. */
    public static Set<String> charsetsOf(HeaderMap headers) {
        Set<String> charsets = new LinkedHashSet<>(2);
        parameters(headers, CHARSET).forEach(value -> charsets.add(HeaderMap.lowerCase(value)));
        return charsets;
    }

    /** Returns the unquoted values of a parameter: what follows its name and an equals sign in a Content-Type field. */
    private static List<String> parameters(HeaderMap headers, String nameAndEquals) {
        List<String> values = new ArrayList<>(1);
        headers.forEach((name, field) -> {
            if (isContentType(name)) {
                String lowerCase = HeaderMap.lowerCase(field);
                int at = lowerCase.indexOf(nameAndEquals);
                while (at >= 0) {
                    values.add(valueAt(field, at + nameAndEquals.length()));
                    at = lowerCase.indexOf(nameAndEquals, at + 1);
                }
            }
        });
        return values;
    }

    private static String valueAt(String field, int start) {
        char quote = start < field.length() ? field.charAt(start) : ' ';
        if (quote == '"' || quote == '\'') {
            int end = field.indexOf(quote, start + 1);
            return field.substring(start + 1, end < 0 ? field.length() : end);
        }
        int end = start;
        while (end < field.length() && ";, \t".indexOf(field.charAt(end)) < 0) {
            end++;
        }
        return field.substring(start, end);
    }

    /** Returns the media type in a field value, in lower case and without parameters. The type is not checked. */
    public static String typeOf(String value) {
        int end = value.indexOf(';');
        return HeaderMap.lowerCase((end < 0 ? value : value.substring(0, end)).strip());
    }

    /** Returns whether a recipient may assume a media type that matches. */
    public boolean mayBe(Predicate<String> kind) {
        return unclear || stated.stream().anyMatch(kind);
    }

    /**
     * Returns whether the name is {@code Content-Type}, or has another character instead of the hyphen. Gateways to
     * CGI, WSGI and PHP convert all such names to the same variable.
     */
    private static boolean isContentType(String lowerCaseName) {
        return lowerCaseName.length() == NAME.length()
                && lowerCaseName.startsWith("content")
                && lowerCaseName.endsWith("type")
                && !Character.isLetterOrDigit(lowerCaseName.charAt("content".length()));
    }

    /** Adds the types of a field value; returns false if the value or a member of its list is malformed. */
    private static boolean read(String value, Set<String> stated) {
        boolean wellFormed = true;
        for (String member : split(value, ',')) {
            List<String> parts = split(member, ';');
            String type = HeaderMap.lowerCase(parts.getFirst().strip());
            if (isMediaType(type)) {
                stated.add(type);
            } else {
                wellFormed = false;
            }
            for (int i = 1; i < parts.size(); i++) {
                wellFormed &= isParameter(parts.get(i).strip());
            }
        }
        return wellFormed;
    }

    /** Splits a text at each separator outside of quoted strings (RFC 9110 §5.6.4). */
    private static List<String> split(String text, char separator) {
        List<String> parts = new ArrayList<>(2);
        boolean quoted = false;
        int start = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"') {
                quoted = !quoted;
            } else if (quoted && c == '\\') {
                i++;
            } else if (!quoted && c == separator) {
                parts.add(text.substring(start, i));
                start = i + 1;
            }
        }
        parts.add(text.substring(start));
        return parts;
    }

    private static boolean isMediaType(String type) {
        int slash = type.indexOf('/');
        return slash > 0
                && FieldRules.isToken(type.substring(0, slash))
                && FieldRules.isToken(type.substring(slash + 1));
    }

    /**
     * Returns whether the text has the form {@code name=value}, or is empty: some clients send a semicolon at the end.
     */
    private static boolean isParameter(String text) {
        int equals = text.indexOf('=');
        if (equals < 0) {
            return text.isEmpty();
        }
        String value = text.substring(equals + 1);
        return FieldRules.isToken(text.substring(0, equals)) && (isQuoted(value) || isBare(value));
    }

    private static boolean isQuoted(String value) {
        if (value.length() < 2 || value.charAt(0) != '"') {
            return false;
        }
        for (int i = 1; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '\\') {
                i++;
            } else if (c == '"') {
                return i == value.length() - 1;
            }
        }
        return false;
    }

    /**
     * Returns whether a parameter's value is acceptable without quotes. It need not be a token, since clients write
     * boundaries and addresses without quotes.
     */
    private static boolean isBare(String value) {
        return value.chars().allMatch(c -> c > 0x20 && c < 0x7F && "\"\\,;".indexOf(c) < 0);
    }
}
