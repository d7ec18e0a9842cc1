package io.policyengine.core.chain;

/** The reaction to a failure of a chain's entry. */
public enum OnFailure {
    /** The chain stops and the client gets an error. */
    DENY,
    /** The phase ends here; what earlier entries instructed is kept. */
    SKIP_REMAINING,
    /** The chain goes on as if the entry were not there. */
    CONTINUE
}
