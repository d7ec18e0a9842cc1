package io.policyengine.kernel.reload;

/** Reports that the engine cannot change the conf directory. Expected, so it has no stack trace. */
public final class ConfChangeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Kind kind;

    /** The obstacle to a change. */
    public enum Kind {
        /** The files differ from the running configuration; a change would also activate the difference. */
        FILES_DIFFER,
        /** The directory is read-only, or its files are links managed elsewhere. */
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
