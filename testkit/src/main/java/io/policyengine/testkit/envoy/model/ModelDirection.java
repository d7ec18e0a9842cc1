package io.policyengine.testkit.envoy.model;

/** The request or response half of an exchange; the filter processes the two independently. */
public enum ModelDirection {
    REQUEST,
    RESPONSE
}
