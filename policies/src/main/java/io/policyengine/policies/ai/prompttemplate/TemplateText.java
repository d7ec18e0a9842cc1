package io.policyengine.policies.ai.prompttemplate;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A parsed text with placeholders for variables. Inserted values are not parsed, so that no value can create a
 * placeholder.
 */
record TemplateText(List<Part> parts) {
    private static final String OPEN = "{{";
    private static final String CLOSE = "}}";

    sealed interface Part {
        record Literal(String text) implements Part {}

        record Placeholder(String name) implements Part {}
    }

    /**
     * Parses a text.
     *
     * @throws IllegalArgumentException if a placeholder is not closed, or its name is invalid
     */
    static TemplateText parse(String text) {
        List<Part> parts = new ArrayList<>();
        int from = 0;
        for (int open = text.indexOf(OPEN); open >= 0; open = text.indexOf(OPEN, from)) {
            int close = text.indexOf(CLOSE, open);
            if (close < 0) {
                throw new IllegalArgumentException("a {{ without }}");
            }
            String name = text.substring(open + OPEN.length(), close).strip();
            if (!isName(name)) {
                throw new IllegalArgumentException("{{" + name + "}} names no variable: " + NAME_RULE);
            }
            parts.add(new Part.Literal(text.substring(from, open)));
            parts.add(new Part.Placeholder(name));
            from = close + CLOSE.length();
        }
        parts.add(new Part.Literal(text.substring(from)));
        return new TemplateText(List.copyOf(parts));
    }

    /** The rule for names of variables, as a text for messages. */
    static final String NAME_RULE = "a name has 1 to 64 letters, digits, _ and -";

    static boolean isName(String name) {
        return !name.isEmpty()
                && name.length() <= 64
                && name.chars()
                        .allMatch(c -> (c >= 'a' && c <= 'z')
                                || (c >= 'A' && c <= 'Z')
                                || (c >= '0' && c <= '9')
                                || c == '_'
                                || c == '-');
    }

    /** Returns the names of the variables that the text contains. */
    Set<String> names() {
        return parts.stream()
                .filter(Part.Placeholder.class::isInstance)
                .map(part -> ((Part.Placeholder) part).name())
                .collect(Collectors.toUnmodifiableSet());
    }

    /** Returns the length of the filled text, in UTF-16 units. */
    long length(Map<String, String> values) {
        return parts.stream().mapToLong(part -> text(part, values).length()).sum();
    }

    /** Returns the filled text. A variable without a value becomes empty. */
    String filled(Map<String, String> values) {
        return parts.stream().map(part -> text(part, values)).collect(Collectors.joining());
    }

    private static String text(Part part, Map<String, String> values) {
        return switch (part) {
            case Part.Literal(String text) -> text;
            case Part.Placeholder(String name) -> values.getOrDefault(name, "");
        };
    }
}
