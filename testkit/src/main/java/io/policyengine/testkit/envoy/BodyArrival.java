package io.policyengine.testkit.envoy;

/**
 * The time at which bodies arrive at the simulated Envoy. A body that need not wait for the answer to its headers
 * always arrives at once.
 */
public enum BodyArrival {
    /** A body arrives after the server has answered the headers of the same message. */
    AFTER_HEADERS_ANSWER,
    /** Bodies arrive together with the headers; in STREAMED mode, the server receives each body as one message. */
    WITH_HEADERS
}
