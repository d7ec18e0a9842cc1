package io.policyengine.core.error;

/**
 * Something wrong in the configuration, with its place.
 *
 * @param message what is wrong and what would be right; never a secret
 */
public record Problem(Severity severity, Location location, String message) {
    /** How bad a problem is. */
    public enum Severity {
        /** The configuration, or the part of it that is named, cannot be used. */
        ERROR,
        /** It can be used, but is hardly what was meant. */
        WARNING
    }

    /** A problem that forbids use. */
    public static Problem error(Location location, String message) {
        return new Problem(Severity.ERROR, location, message);
    }

    /** A problem that is only pointed out. */
    public static Problem warning(Location location, String message) {
        return new Problem(Severity.WARNING, location, message);
    }

    /** {@code file:line:column: error: message}. */
    @Override
    public String toString() {
        return location + ": " + (severity == Severity.ERROR ? "error" : "warning") + ": " + message;
    }
}
