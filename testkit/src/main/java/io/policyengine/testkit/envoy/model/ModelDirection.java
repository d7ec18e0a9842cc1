package io.policyengine.testkit.envoy.model;

/** A direction, one of the two independent halves of an exchange. */
public enum ModelDirection {
    /** The direction from the client to the upstream. */
    REQUEST,
    /** The direction from the upstream to the client. */
    RESPONSE
}
