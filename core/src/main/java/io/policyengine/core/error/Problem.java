package io.policyengine.core.error;

import org.jspecify.annotations.Nullable;

/**
 * A problem of the configuration, with its position.
 * @param message the problem and the remedy, at most {@value #LONGEST} characters; never a secret
 * @param code the code of a lint finding, or null for another problem
 */
public record Problem(
        Severity severity,
        Location location,
        String message,
        @Nullable LintCode code) {
    /** Maximum length of the message of a configuration problem, in characters. A longer message is truncated. */
    public static final int LONGEST = 2_000;

    /** Truncates a message that is too long. */
    public Problem {
        message = cut(message);
    }

    private static String cut(String message) {
        if (message.length() <= LONGEST) {
            return message;
        }
        int end = Character.isHighSurrogate(message.charAt(LONGEST - 2)) ? LONGEST - 2 : LONGEST - 1;
        return message.substring(0, end) + "…";
    }

    /** The severity of a problem. */
    public enum Severity {
        /** The configuration, or the part of it at the position, is unusable or cannot have its intended effect. */
        ERROR,
        /** A usable configuration with a likely mistake. */
        WARNING
    }

    /** Creates an error, which makes the part of the configuration at the position unusable. */
    public static Problem error(Location location, String message) {
        return new Problem(Severity.ERROR, location, message, null);
    }

    /** Creates a warning, which leaves the configuration usable. */
    public static Problem warning(Location location, String message) {
        return new Problem(Severity.WARNING, location, message, null);
    }

    /** Creates a lint finding, with the severity of its code. */
    public static Problem finding(LintCode code, Location location, String message) {
        return new Problem(code.severity(), location, message, code);
    }

    /**
     * Returns whether the part at the position cannot be used. A lint finding does not forbid use, even if it is an
     * error.
     */
    public boolean forbidsUse() {
        return severity == Severity.ERROR && code == null;
    }

    /** Returns a copy. If the problem is a lint finding, its message also says how to suppress the finding. */
    public Problem withRemedy() {
        return code == null
                ? this
                : new Problem(
                        severity,
                        location,
                        message + "; if this is intended: lint_ignore: [" + code.text() + "] in the entry or the route",
                        code);
    }

    /** Returns a copy with another position. */
    public Problem at(Location place) {
        return new Problem(severity, place, message, code);
    }

    /** Returns {@code file:line:column: error: message}, followed by the code of a lint finding in brackets. */
    @Override
    public String toString() {
        return location + ": " + (severity == Severity.ERROR ? "error" : "warning") + ": " + message
                + (code == null ? "" : " [" + code.text() + "]");
    }
}
