package io.policyengine.core.http;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The media types of a message by its {@code Content-Type} (RFC 9110 §8.3), in every way in which the next server may
 * read it: the first field or the last, one spelled {@code Content_Type}, a joined list of several, or nothing of a
 * malformed value.
 *
 * @param stated {@code type/subtype} in lower case, without parameters, of each field and each member of a list
 * @param unclear whether any other type is possible: no field states one, or a value is malformed
 */
public record MediaTypes(Set<String> stated, boolean unclear) {
    private static final String NAME = "content-type";
    private static final String CHARSET = "charset=";
    private static final MediaTypes NONE = new MediaTypes(Set.of(), true);

    /** Returns the media types of a message with these fields. */
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

    /** The values of the parameter {@code charset} of a message with these fields, in lower case, however they are quoted; several if it says so. */
    public static Set<String> charsetsOf(HeaderMap headers) {
        Set<String> charsets = new LinkedHashSet<>(2);
        parameters(headers, CHARSET).forEach(value -> charsets.add(HeaderMap.lowerCase(value)));
        return charsets;
    }

    /** Returns the values of a parameter at each occurrence of its name and an equals sign, without quotation marks. */
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

    /** The type that a well-formed value states, in lower case, without parameters; the value itself if it is not well-formed. */
    public static String typeOf(String value) {
        int end = value.indexOf(';');
        return HeaderMap.lowerCase((end < 0 ? value : value.substring(0, end)).strip());
    }

    /** True if the next server may take the message for one of this kind. */
    public boolean mayBe(Predicate<String> kind) {
        return unclear || stated.stream().anyMatch(kind);
    }

    /**
     * True for the name with any character in place of the dash: gateways to CGI, WSGI and PHP create the same variable
     * from both.
     */
    private static boolean isContentType(String lowerCaseName) {
        return lowerCaseName.length() == NAME.length()
                && lowerCaseName.startsWith("content")
                && lowerCaseName.endsWith("type")
                && !Character.isLetterOrDigit(lowerCaseName.charAt("content".length()));
    }

    /** Adds what a field value states; false if it, or a member of the list that it is, is malformed. */
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

    /** Apart at a character that does not stand in a quoted string (RFC 9110 §5.6.4). */
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

    /** {@code name=value}; an empty one, after a last semicolon, is what some clients send. */
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

    /** True for a token or more, since clients write boundaries and addresses without quotes. */
    private static boolean isBare(String value) {
        return value.chars().allMatch(c -> c > 0x20 && c < 0x7F && "\"\\,;".indexOf(c) < 0);
    }
}
