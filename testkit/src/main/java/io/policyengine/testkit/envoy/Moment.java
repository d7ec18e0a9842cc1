package io.policyengine.testkit.envoy;

/** A moment of an exchange at which the client may hang up. */
public enum Moment {
    /** The first message is on its way to the server, which has not answered. */
    FIRST_MESSAGE_SENT,
    /** The first answer has been applied. */
    FIRST_ANSWER_APPLIED,
    /** The whole request is at the upstream, which has not answered. */
    UPSTREAM_REACHED,
    /** The client has got the head of the response. */
    RESPONSE_STARTED
}
