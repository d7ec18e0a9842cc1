package io.policyengine.policies.format.multipart;

import io.policyengine.core.http.FieldRules;
import io.policyengine.core.http.HeaderMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The parameters of a field such as {@code form-data; name="a"} (RFC 9110 §5.6.6), which every server reads in the same
 * way.
 */
final class FieldParameters {
    private final FieldKind kind;
    private final Map<String, String> values = new LinkedHashMap<>(4);
    /** True if the last apostrophe outside quotation marks opens a quoted text for PHP. */
    private boolean isOpen;

    private FieldParameters(FieldKind kind) {
        this.kind = kind;
    }

    /**
     * Returns the parameters by lower-case name, as octets. In a quoted value, a backslash is literal, and must not
     * precede a quotation mark.
     *
     * @throws MultipartFault if a parameter occurs twice, or is malformed
     */
    static Map<String, String> of(String field, FieldKind kind) throws MultipartFault {
        FieldParameters parameters = new FieldParameters(kind);
        int at = endOfPart(field, 0);
        while (at < field.length()) {
            int end = endOfPart(field, at + 1);
            parameters.add(field.substring(at + 1, end).strip());
            at = end;
        }
        return parameters.values;
    }

    private void add(String part) throws MultipartFault {
        if (part.isEmpty() && kind.hasEmpty()) {
            return;
        }
        int equals = part.indexOf('=');
        String name = HeaderMap.lowerCase(equals < 0 ? "" : part.substring(0, equals));
        if (!FieldRules.isToken(name) || name.indexOf('\'') >= 0) {
            throw malformed();
        }
        String written = part.substring(equals + 1);
        boolean isQuoted = written.length() >= 2 && written.startsWith("\"") && written.endsWith("\"");
        String value = isQuoted ? written.substring(1, written.length() - 1) : written;
        boolean isClear = value.indexOf('"') < 0 && !value.endsWith("\\");
        if (!isClear || !(isQuoted || kind.isBare(name, value)) || (isOpen && !kind.isHarmless(name, isQuoted))) {
            throw malformed();
        }
        isOpen |= !isQuoted && value.chars().filter(c -> c == '\'').count() % 2 != 0;
        if (values.put(name, value) != null) {
            throw MultipartFault.malformed("a parameter of a header field occurs twice");
        }
    }

    private static MultipartFault malformed() {
        return MultipartFault.malformed("a parameter of a header field has a form that servers read differently");
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
