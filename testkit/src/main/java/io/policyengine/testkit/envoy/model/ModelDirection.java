package io.policyengine.testkit.envoy.model;

/** A direction, one of the two independent halves of an exchange. */
public enum ModelDirection {
    REQUEST,
    RESPONSE
}
