package io.policyengine.testkit.envoy.model;

/** A direction of an exchange: the request or the response. Envoy's filter processes both independently. */
public enum ModelDirection {
    REQUEST,
    RESPONSE
}
