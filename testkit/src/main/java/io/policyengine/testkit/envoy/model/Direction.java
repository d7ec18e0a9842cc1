package io.policyengine.testkit.envoy.model;

/** One of the two independent halves of an exchange. */
public enum Direction {
    /** From the client to the upstream. */
    REQUEST,
    /** From the upstream to the client. */
    RESPONSE
}
