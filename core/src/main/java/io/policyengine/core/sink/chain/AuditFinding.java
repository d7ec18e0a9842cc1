package io.policyengine.core.sink.chain;

/**
 * A problem of an audit trail.
 *
 * @param place file and line, as {@code FILE:LINE}
 * @param message for users
 */
public record AuditFinding(Kind kind, String place, String message) {
    /** The kinds, in one word each. */
    public enum Kind {
        /** An entry is not what it was when it was written, or was never written by the engine. */
        CHANGED,
        /** Entries are missing. */
        REMOVED,
        /** An entry stands behind one that was written after it. */
        REORDERED,
        /** An entry is there twice. */
        DUPLICATED,
        /** An entry, or the end of a file, is cut off. */
        TRUNCATED,
        /** A checkpoint is not signed by the key, or is missing. */
        UNSIGNED
    }
}
