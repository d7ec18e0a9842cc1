package io.policyengine.core.policy;

/** The accuracy with which a policy has to know the end of an exchange. */
public enum EndAccuracy {
    /** Not at all. */
    NONE,
    /** When Envoy ends its stream to the engine, which may be as soon as it needs no more answers. */
    STREAM,
    /**
     * When the last of the response has passed. The response body passes through the engine for that, chunk by chunk; a route where Envoy
     * cannot be asked for it answers 500.
     */
    EXACT
}
