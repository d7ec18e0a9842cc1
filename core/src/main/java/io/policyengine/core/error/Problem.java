package io.policyengine.core.error;

import org.jspecify.annotations.Nullable;

/**
 * A problem of the configuration, with its position.
 * @param message the fault and the remedy, at most {@value #LONGEST} characters; never a secret
 * @param code of a lint finding, else null
 */
public record Problem(
        Severity severity,
        Location location,
        String message,
        @Nullable LintCode code) {
    /** Limit of a message in characters, since it may quote configuration of any length. */
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
        /** The configuration, or the named part of it, cannot be used, or cannot serve its purpose. */
        ERROR,
        /** A usable configuration with a likely mistake. */
        WARNING
    }

    /** Creates a problem that forbids use. */
    public static Problem error(Location location, String message) {
        return new Problem(Severity.ERROR, location, message, null);
    }

    /** Creates a problem of a usable configuration. */
    public static Problem warning(Location location, String message) {
        return new Problem(Severity.WARNING, location, message, null);
    }

    /** Creates a lint finding, with the severity of its code. */
    public static Problem finding(LintCode code, Location location, String message) {
        return new Problem(code.severity(), location, message, code);
    }

    /** Returns whether the named part cannot be used. Lint findings, even errors, are served as written. */
    public boolean forbidsUse() {
        return severity == Severity.ERROR && code == null;
    }

    /** Returns a copy whose message, for a lint finding, includes how to silence it. */
    public Problem withRemedy() {
        return code == null
                ? this
                : new Problem(
                        severity,
                        location,
                        message + "; if it is meant: lint_ignore: [" + code.text() + "] in the entry or the route",
                        code);
    }

    /** Returns a copy with another position. */
    public Problem at(Location place) {
        return new Problem(severity, place, message, code);
    }

    /** {@code file:line:column: error: message}, and the code of a finding in brackets. */
    @Override
    public String toString() {
        return location + ": " + (severity == Severity.ERROR ? "error" : "warning") + ": " + message
                + (code == null ? "" : " [" + code.text() + "]");
    }
}
