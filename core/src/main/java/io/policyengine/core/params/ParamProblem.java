package io.policyengine.core.params;

import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;

/**
 * A problem of parameters.
 *
 * @param pointer JSON Pointer (RFC 6901) to the value, or to an unknown key; empty for the whole
 * @param message the problem and the remedy; never a secret
 */
public record ParamProblem(String pointer, String message) {
    private static final String UNKNOWN_KEY = "unknown key '";
    private static final String MISSING_KEY = "missing key '";

    /** Returns the problem of an unknown key. */
    static ParamProblem unknownKey(String pointer, String key, String hint) {
        return new ParamProblem(pointer, UNKNOWN_KEY + key + "'" + hint);
    }

    /** A key that must be there. */
    static ParamProblem missingKey(String pointer, String key) {
        return new ParamProblem(pointer, MISSING_KEY + key + "'");
    }

    /** The message after the key that it is about, unless it names one itself. */
    public String withKey() {
        var at = JsonPointer.compile(pointer);
        while (at.last() != null && at.last().mayMatchElement()) {
            at = at.head();
        }
        return at.last() == null || concernsKey() || message.startsWith(MISSING_KEY)
                ? message
                : "'" + at.last().getMatchingProperty() + "': " + message;
    }

    /** True if it is a parameter that is missing, not a part of one. */
    public boolean isMissingParam() {
        return pointer.isEmpty() && message.startsWith(MISSING_KEY);
    }

    /** True if the value that it is about is, or is a part of, one of these parameters. */
    public boolean isIn(JsonNode params) {
        var first = JsonPointer.compile(pointer).getMatchingProperty();
        return first != null && params.has(first);
    }

    /** True if it is the key itself that is wrong, not its value. */
    public boolean concernsKey() {
        return message.startsWith(UNKNOWN_KEY);
    }
}
