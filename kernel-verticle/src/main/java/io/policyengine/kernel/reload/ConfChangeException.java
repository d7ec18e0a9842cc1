package io.policyengine.kernel.reload;

/** Reports that the engine cannot change the conf directory. The exception is expected and has no stack trace. */
public final class ConfChangeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Kind kind;

    /** The reason why the engine cannot change the conf directory. */
    public enum Kind {
        /** The files differ from the running configuration, so a change would also activate their other differences. */
        FILES_DIFFER,
        /** The directory is read-only, or its files are links that another tool manages. */
        READ_ONLY
    }

    ConfChangeException(Kind kind, String message) {
        super(message, null, false, false);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
