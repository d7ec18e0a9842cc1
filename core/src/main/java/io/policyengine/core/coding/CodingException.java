package io.policyengine.core.coding;

/** Thrown for a body that cannot be decoded. Expected, so it has no stack trace. */
public final class CodingException extends Exception {
    private static final long serialVersionUID = 1L;

    /** The fault of the body. */
    public enum Kind {
        /** The body violates its coding: broken, truncated, or followed by other bytes. */
        MALFORMED,
        /** The output for one chunk exceeds the limit. */
        TOO_LARGE
    }

    private final Kind kind;

    private CodingException(Kind kind, String message) {
        super(message, null, false, false);
        this.kind = kind;
    }

    static CodingException malformed(Coding coding, String what) {
        return new CodingException(Kind.MALFORMED, "not a valid body in coding " + coding.token() + ": " + what);
    }

    static CodingException truncated(Coding coding) {
        return malformed(coding, "it ends too early");
    }

    static CodingException trailing(Coding coding) {
        return malformed(coding, "more bytes follow its end");
    }

    static CodingException tooLarge(long maxBytes) {
        return new CodingException(
                Kind.TOO_LARGE, "a chunk of the body is larger than " + maxBytes + " bytes once decoded");
    }

    public Kind kind() {
        return kind;
    }
}
