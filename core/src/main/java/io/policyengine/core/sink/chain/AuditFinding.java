package io.policyengine.core.sink.chain;

/**
 * A problem of an audit trail.
 *
 * @param place file and line, as {@code FILE:LINE}
 * @param message a description for the auditor
 */
public record AuditFinding(Kind kind, String place, String message) {
    /** The kinds of problems. */
    public enum Kind {
        /** An entry was changed after it was written, or the engine never wrote it. */
        CHANGED,
        REMOVED,
        /** An entry follows an entry that was written later. */
        REORDERED,
        DUPLICATED,
        /** The last line of a file is incomplete. */
        TRUNCATED,
        /** A checkpoint is missing, or the key did not sign it. */
        UNSIGNED
    }
}
