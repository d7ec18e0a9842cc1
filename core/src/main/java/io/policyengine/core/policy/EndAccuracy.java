package io.policyengine.core.policy;

/** The accuracy with which a policy is notified of the end of an exchange. */
public enum EndAccuracy {
    /** The policy is not notified. */
    NONE,
    /** The end of Envoy's stream to the engine, which may precede the end of the response. */
    STREAM,
    /**
     * The end of the response. The response body passes through the engine for this, chunk by chunk; a route on which
     * Envoy cannot provide it answers 500.
     */
    EXACT
}
