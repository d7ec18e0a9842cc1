package io.policyengine.core.policy;

/** The accuracy with which a policy is notified of the end of an exchange. */
public enum EndAccuracy {
    /** The policy is not notified. */
    NONE,
    /**
     * The policy is notified when Envoy's stream to the engine ends, which may be earlier than the end of the response.
     */
    STREAM,
    /**
     * The policy is notified when the response ends. For this purpose the response body passes through the engine chunk
     * by chunk. If Envoy cannot provide the body on a route, the route responds with 500.
     */
    EXACT
}
