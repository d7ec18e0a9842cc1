package io.policyengine.testkit.envoy;

/** The time at which bodies arrive, unless the filter requests them at once. */
public enum BodyArrival {
    /** Bodies arrive after the headers of their direction have been answered. */
    AFTER_HEADERS_ANSWER,
    /** Bodies arrive together with the headers; in STREAMED mode the server then receives them as one message. */
    WITH_HEADERS
}
