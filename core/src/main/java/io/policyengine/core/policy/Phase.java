package io.policyengine.core.policy;

/** The two halves of an exchange. */
public enum Phase {
    /** From the client to the upstream. */
    REQUEST,
    /** From the upstream to the client. */
    RESPONSE
}
