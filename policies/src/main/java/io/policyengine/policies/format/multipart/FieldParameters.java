package io.policyengine.policies.format.multipart;

import io.policyengine.core.http.FieldRules;
import io.policyengine.core.http.HeaderMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;

/**
 * The parameters of a field such as {@code form-data; name="a"} (RFC 9110 §5.6.6), which every server reads in the same
 * way.
 */
final class FieldParameters {
    private FieldParameters() {}

    /**
     * Returns the parameters by lower-case name, as octets. In a quoted value, a backslash is literal, and must not
     * precede a quotation mark.
     *
     * @param isBare returns whether a value may be unquoted
     * @throws MultipartFault if a parameter occurs twice, or is malformed
     */
    static Map<String, String> of(String field, Predicate<String> isBare) throws MultipartFault {
        Map<String, String> parameters = new LinkedHashMap<>(4);
        int at = endOfPart(field, 0);
        while (at < field.length()) {
            int end = endOfPart(field, at + 1);
            String part = field.substring(at + 1, end).strip();
            at = end;
            if (part.isEmpty()) {
                continue;
            }
            int equals = part.indexOf('=');
            String name = HeaderMap.lowerCase(equals < 0 ? "" : part.substring(0, equals));
            if (!FieldRules.isToken(name)) {
                throw malformed();
            }
            if (parameters.put(name, value(part.substring(equals + 1), isBare)) != null) {
                throw MultipartFault.malformed("a parameter of a header field stands twice");
            }
        }
        return parameters;
    }

    private static String value(String written, Predicate<String> isBare) throws MultipartFault {
        boolean isQuoted = written.length() >= 2 && written.startsWith("\"") && written.endsWith("\"");
        String value = isQuoted ? written.substring(1, written.length() - 1) : written;
        boolean isClear = value.indexOf('"') < 0 && !value.endsWith("\\");
        if (!isClear || !(isQuoted || isBare.test(value))) {
            throw malformed();
        }
        return value;
    }

    private static MultipartFault malformed() {
        return MultipartFault.malformed("a parameter of a header field is not written as every server reads it");
    }

    /** Returns the index of the next semicolon outside quotation marks, or the length of the field if there is none. */
    private static int endOfPart(String field, int from) {
        boolean isQuoted = false;
        for (int i = from; i < field.length(); i++) {
            char c = field.charAt(i);
            if (c == '"') {
                isQuoted = !isQuoted;
            } else if (c == ';' && !isQuoted) {
                return i;
            }
        }
        return field.length();
    }
}
