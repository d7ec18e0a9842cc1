package io.policyengine.testkit.envoy;

/**
 * The time at which bodies arrive at the simulated Envoy. A body that need not wait for the answer to its headers
 * always arrives at once.
 */
public enum BodyArrival {
    /** Bodies arrive after the headers of their direction have been answered. */
    AFTER_HEADERS_ANSWER,
    /** Bodies arrive together with the headers; in STREAMED mode, the server receives each body as one message. */
    WITH_HEADERS
}
