package io.policyengine.core.policy;

/** The two halves of an exchange. */
public enum Phase {
    /** The phase from the client to the upstream. */
    REQUEST,
    /** The phase from the upstream to the client. */
    RESPONSE
}
