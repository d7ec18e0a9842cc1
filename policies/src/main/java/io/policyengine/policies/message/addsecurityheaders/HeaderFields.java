package io.policyengine.policies.message.addsecurityheaders;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.instruction.Instructions;
import io.policyengine.core.instruction.ResponseInstruction;
import io.policyengine.core.instruction.SetHeader;
import io.policyengine.core.params.ParamProblem;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;

/** Parses the parameter {@code headers}: a mapping, or a text with a line {@code Name: "value"} for each field. */
final class HeaderFields {
    private static final String POINTER = "/headers";
    private static final String NO_LINE = "expected a name, a colon and a value, such as X-Frame-Options: \"DENY\"";

    private final List<ParamProblem> problems;
    private final Set<String> named = new HashSet<>();
    private final Map<String, String> fields = new LinkedHashMap<>();

    private HeaderFields(List<ParamProblem> problems) {
        this.problems = problems;
    }

    /**
     * Returns the values of the header fields by lower-case name, in their configured order.
     *
     * @param problems receives the problems
     */
    static Map<String, String> read(JsonNode headers, List<ParamProblem> problems) {
        HeaderFields reading = new HeaderFields(problems);
        if (headers.isString()) {
            reading.readLines(headers.stringValue());
        } else {
            headers.forEachEntry((name, value) ->
                    reading.add(POINTER + JsonPointer.empty().appendProperty(name), "", name, value.stringValue()));
        }
        return reading.fields;
    }

    private void readLines(String text) {
        List<String> lines = text.lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            String where = "line " + (i + 1) + ": ";
            int colon = line.indexOf(':');
            String value = colon < 1 ? null : unquoted(line.substring(colon + 1).strip());
            if (value == null) {
                problems.add(new ParamProblem(POINTER, where + NO_LINE));
            } else {
                add(POINTER, where, line.substring(0, colon).strip(), value);
            }
        }
    }

    /** Removes quotes and backslash escapes; returns null if an opening quote is not closed at the end of the value. */
    private static @Nullable String unquoted(String value) {
        if (!value.startsWith("\"")) {
            return value;
        }
        StringBuilder plain = new StringBuilder();
        for (int i = 1; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"') {
                return i == value.length() - 1 ? plain.toString() : null;
            }
            if (c == '\\') {
                i++;
                if (i == value.length()) {
                    return null;
                }
            }
            plain.append(value.charAt(i));
        }
        return null;
    }

    private void add(String pointer, String where, String name, String value) {
        String key = HeaderMap.lowerCase(name);
        String wrong =
                named.add(key) ? illegal(key, value) : "the field is listed twice (names ignore case): remove " + "one";
        if (wrong != null) {
            problems.add(new ParamProblem(pointer, where + wrong));
        }
        fields.put(key, value);
    }

    private static @Nullable String illegal(String name, String value) {
        if (value.isBlank()) {
            return "expected a value, or off to omit the field";
        }
        ResponseInstruction instruction = SetHeader.ofText(name, value);
        return Instructions.check(instruction);
    }
}
