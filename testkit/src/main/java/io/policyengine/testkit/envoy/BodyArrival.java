package io.policyengine.testkit.envoy;

/** When the bodies come in, where the filter does not ask for them at once. */
public enum BodyArrival {
    /** When the headers of their direction have been answered. */
    AFTER_HEADERS_ANSWER,
    /** Together with the headers: in STREAMED mode the server then gets them as one message. */
    WITH_HEADERS
}
