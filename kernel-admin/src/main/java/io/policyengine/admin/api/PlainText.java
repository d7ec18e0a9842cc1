package io.policyengine.admin.api;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Checks texts that callers send, because logs, files and terminals show them unescaped. A text must be one line
 * without characters that move the cursor or change the direction of text.
 */
final class PlainText {
    /** The pattern of a permitted text, as a regular expression of JSON Schema (ECMA-262). */
    static final String PATTERN = "^[^\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029\\u202a-\\u202e\\u2066-\\u2069]*$";

    private PlainText() {}

    /** Checks the field names and all texts of a body. If one is not permitted, the problem names the field. */
    static ObjectNode checked(ObjectNode body) {
        body.forEachEntry((name, value) -> {
            check(ApiProblem.Code.INVALID_BODY, "the name of a field", name);
            check(name, value);
        });
        return body;
    }

    private static void check(String field, JsonNode value) {
        switch (value) {
            case ObjectNode object -> checked(object);
            case JsonNode text
            when text.isString() -> check(ApiProblem.Code.INVALID_BODY, "'" + field + "'", text.stringValue());
            default -> value.forEach(each -> check(field, each));
        }
    }

    /**
     * Checks a text.
     *
     * @param what the name of the text in the problem
     * @throws ApiProblem with the given code
     */
    static void check(ApiProblem.Code code, String what, String text) {
        for (int place = 0; place < text.length(); place++) {
            if (!isPlain(text.charAt(place))) {
                throw new ApiProblem(
                        code,
                        "%s must be one line without control characters: character %d is U+%04X"
                                .formatted(what, place + 1, (int) text.charAt(place)));
            }
        }
    }

    private static boolean isPlain(char character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> false;
            default -> !turnsDirection(character);
        };
    }

    /**
     * Returns whether the character is a directional formatting character (UAX #9). Such characters can disguise a
     * text.
     */
    private static boolean turnsDirection(char character) {
        return (character >= '\u202a' && character <= '\u202e') || (character >= '\u2066' && character <= '\u2069');
    }
}
