package io.policyengine.policies.ai.prompttemplate;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A text with places for variables, taken apart once. What is filled in is not looked at again: no value makes a place.
 *
 * @param parts in order
 */
record TemplateText(List<Part> parts) {
    private static final String OPEN = "{{";
    private static final String CLOSE = "}}";

    /** A part of a text. */
    sealed interface Part {
        /** Stays as it is. */
        record Literal(String text) implements Part {}

        /** The place of a variable. */
        record Place(String name) implements Part {}
    }

    /**
     * Takes a text apart.
     *
     * @throws IllegalArgumentException if a place has no end, or a name that no variable can have
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
            parts.add(new Part.Place(name));
            from = close + CLOSE.length();
        }
        parts.add(new Part.Literal(text.substring(from)));
        return new TemplateText(List.copyOf(parts));
    }

    /** The rule for names of variables, for users. */
    static final String NAME_RULE = "a name has 1 to 64 letters, digits, _ and -";

    /** True if it may be the name of a variable. */
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

    /** The names of the variables that have a place in it. */
    Set<String> names() {
        return parts.stream()
                .filter(Part.Place.class::isInstance)
                .map(part -> ((Part.Place) part).name())
                .collect(Collectors.toUnmodifiableSet());
    }

    /** The length of the text with these values, in UTF-16 units. */
    long length(Map<String, String> values) {
        return parts.stream().mapToLong(part -> text(part, values).length()).sum();
    }

    /** The text with these values, of which there is one for each place. */
    String filled(Map<String, String> values) {
        return parts.stream().map(part -> text(part, values)).collect(Collectors.joining());
    }

    private static String text(Part part, Map<String, String> values) {
        return switch (part) {
            case Part.Literal(String text) -> text;
            case Part.Place(String name) -> values.getOrDefault(name, "");
        };
    }
}
