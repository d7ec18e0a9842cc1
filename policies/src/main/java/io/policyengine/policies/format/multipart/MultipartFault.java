package io.policyengine.policies.format.multipart;

import java.io.Serial;

/**
 * A multipart body that servers may read in different ways, or that exceeds a bound. Expected, so it has no stack
 * trace.
 */
public final class MultipartFault extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    private final Kind kind;

    /** Kinds of faults. */
    public enum Kind {
        /** Servers may read the body differently. */
        MALFORMED,
        /** The body exceeds a bound of the reader. */
        TOO_COMPLEX
    }

    private MultipartFault(Kind kind, String why) {
        super(why, null, false, false);
        this.kind = kind;
    }

    /**
     * Returns the fault of a body that servers may read in different ways.
     *
     * @param why for people; quotes nothing of the body
     */
    public static MultipartFault malformed(String why) {
        return new MultipartFault(Kind.MALFORMED, why);
    }

    static MultipartFault tooComplex(String why) {
        return new MultipartFault(Kind.TOO_COMPLEX, why);
    }

    public Kind kind() {
        return kind;
    }

    /** Returns the reason in words for people. It quotes nothing of the body. */
    public String why() {
        return String.valueOf(getMessage());
    }
}
