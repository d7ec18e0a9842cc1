package io.policyengine.core.chain;

/** The reaction to a failure of a chain entry. */
public enum OnFailure {
    /** The chain stops, and the client receives an error. */
    DENY,
    /** The remaining entries of the phase are skipped. Changes of earlier entries are kept. */
    SKIP_REMAINING,
    /** The chain continues as if it did not contain the entry. */
    CONTINUE
}
