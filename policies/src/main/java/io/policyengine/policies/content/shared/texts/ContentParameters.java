package io.policyengine.policies.content.shared.texts;

import io.policyengine.core.http.HeaderMap;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Finds all values that servers may read for a parameter of a content type, since servers differ in how they treat
 * quotes and repeated parameters.
 */
final class ContentParameters {
    private static final String BEFORE_A_NAME = ";, \t\"";
    private static final String AFTER_A_VALUE = ";,\" \t";

    private ContentParameters() {}

    /** Returns the values of the named parameter, in their original spelling. */
    static Set<String> of(HeaderMap headers, String name) {
        Set<String> values = new LinkedHashSet<>(2);
        headers.forEach((field, value) -> {
            if (isContentType(field)) {
                add(value, name, values);
            }
        });
        return values;
    }

    private static boolean isContentType(String lowerCaseName) {
        return lowerCaseName.length() == "content-type".length()
                && lowerCaseName.startsWith("content")
                && lowerCaseName.endsWith("type");
    }

    private static void add(String value, String name, Set<String> values) {
        String lower = HeaderMap.lowerCase(value);
        for (int at = lower.indexOf(name); at >= 0; at = lower.indexOf(name, at + 1)) {
            int equals = at + name.length();
            while (equals < value.length() && isBlank(value.charAt(equals))) {
                equals++;
            }
            boolean begins = at == 0 || BEFORE_A_NAME.indexOf(value.charAt(at - 1)) >= 0;
            if (begins && equals < value.length() && value.charAt(equals) == '=') {
                addValue(value.substring(equals + 1).stripLeading(), values);
            }
        }
    }

    private static void addValue(String text, Set<String> values) {
        if (!text.startsWith("\"")) {
            int end = 0;
            while (end < text.length() && AFTER_A_VALUE.indexOf(text.charAt(end)) < 0) {
                end++;
            }
            values.add(text.substring(0, end));
            return;
        }
        StringBuilder quoted = new StringBuilder();
        for (int i = 1; i < text.length() && text.charAt(i) != '"'; i++) {
            if (text.charAt(i) == '\\' && i + 1 < text.length()) {
                i++;
            }
            quoted.append(text.charAt(i));
        }
        values.add(quoted.toString());
    }

    private static boolean isBlank(char character) {
        return character == ' ' || character == '\t';
    }
}
