package io.policyengine.core.params;

/**
 * Something wrong with parameters.
 *
 * @param pointer JSON Pointer (RFC 6901) to the value, or to the key where a key is unknown; empty for the whole
 * @param message what is wrong and what would be right; never a secret
 */
public record ParamProblem(String pointer, String message) {
    private static final String UNKNOWN_KEY = "unknown key '";

    /** A key that nobody knows. */
    static ParamProblem unknownKey(String pointer, String key, String hint) {
        return new ParamProblem(pointer, UNKNOWN_KEY + key + "'" + hint);
    }

    /** Whether it is the key itself that is wrong, not its value. */
    public boolean concernsKey() {
        return message.startsWith(UNKNOWN_KEY);
    }
}
