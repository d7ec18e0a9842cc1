package io.policyengine.core.params;

import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;

/**
 * A problem of parameters.
 *
 * @param pointer JSON Pointer (RFC 6901) to the faulty value or the unknown key; empty for the parameters as a whole
 * @param message the problem and the remedy; never a secret
 */
public record ParamProblem(String pointer, String message) {
    private static final String UNKNOWN_KEY = "unknown key '";
    private static final String MISSING_KEY = "missing key '";

    static ParamProblem unknownKey(String pointer, String key, String hint) {
        return new ParamProblem(pointer, UNKNOWN_KEY + key + "'" + hint);
    }

    static ParamProblem missingKey(String pointer, String key) {
        return new ParamProblem(pointer, MISSING_KEY + key + "'");
    }

    /** Returns the message with the key in front, unless the message already names a key. */
    public String withKey() {
        var at = JsonPointer.compile(pointer);
        while (at.last() != null && at.last().mayMatchElement()) {
            at = at.head();
        }
        return at.last() == null || concernsKey() || message.startsWith(MISSING_KEY)
                ? message
                : "'" + at.last().getMatchingProperty() + "': " + message;
    }

    /** Returns whether a whole top-level parameter is missing, as opposed to a part of one. */
    public boolean isMissingParam() {
        return pointer.isEmpty() && message.startsWith(MISSING_KEY);
    }

    /** Returns whether these parameters contain the top-level parameter that the problem concerns. */
    public boolean isIn(JsonNode params) {
        var first = JsonPointer.compile(pointer).getMatchingProperty();
        return first != null && params.has(first);
    }

    /** Returns whether the key itself is wrong, as opposed to its value. */
    public boolean concernsKey() {
        return message.startsWith(UNKNOWN_KEY);
    }
}
