package io.policyengine.kernel.reload;

/** The conf directory cannot be changed by the engine. Expected, so it has no stack trace. */
public final class ConfChangeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Kind kind;

    /** The obstacle. */
    public enum Kind {
        /** The files say something other than what is running: a change would bring that into force, too. */
        FILES_DIFFER,
        /** The directory is read-only, or its files are links managed elsewhere. */
        READ_ONLY
    }

    ConfChangeException(Kind kind, String message) {
        super(message, null, false, false);
        this.kind = kind;
    }

    /** The obstacle. */
    public Kind kind() {
        return kind;
    }
}
