package io.policyengine.policies.content.virusscan.content;

import io.policyengine.core.http.FieldRules;
import io.policyengine.core.http.HeaderMap;
import java.util.Optional;

/** The parameters of a field value such as {@code form-data; name="a"}, where every reader gives them the same value. */
final class FieldParameters {
    private FieldParameters() {}

    /**
     * The value of a parameter; empty if it stands there twice, in an extended form (RFC 8187), with an escape, or if anything of the field is
     * malformed.
     *
     * @param name in lower case
     */
    static Optional<String> of(String field, String name) {
        Optional<String> found = Optional.empty();
        int at = endOfPart(field, 0);
        while (at < field.length()) {
            int end = endOfPart(field, at + 1);
            String part = field.substring(at + 1, end).strip();
            at = end;
            int equals = part.indexOf('=');
            String key = HeaderMap.lowerCase(equals < 0 ? part : part.substring(0, equals));
            if (equals < 0 ? !part.isEmpty() : !FieldRules.isToken(key)) {
                return Optional.empty();
            }
            if (key.startsWith(name + "*")) {
                return Optional.empty();
            }
            if (key.equals(name)) {
                Optional<String> value = value(part.substring(equals + 1));
                if (value.isEmpty() || found.isPresent()) {
                    return Optional.empty();
                }
                found = value;
            }
        }
        return found;
    }

    private static Optional<String> value(String written) {
        boolean isQuoted = written.length() >= 2 && written.startsWith("\"") && written.endsWith("\"");
        String value = isQuoted ? written.substring(1, written.length() - 1) : written;
        boolean isClear = value.indexOf('"') < 0 && value.indexOf('\\') < 0 && value.indexOf('%') < 0;
        return isClear && (isQuoted || FieldRules.isToken(value)) ? Optional.of(value) : Optional.empty();
    }

    /** The next semicolon that does not stand in quotation marks, else the end. */
    private static int endOfPart(String field, int from) {
        boolean isQuoted = false;
        for (int i = from; i < field.length(); i++) {
            char c = field.charAt(i);
            if (c == '"') {
                isQuoted = !isQuoted;
            } else if (c == '\\' && isQuoted) {
                i++;
            } else if (c == ';' && !isQuoted) {
                return i;
            }
        }
        return field.length();
    }
}
