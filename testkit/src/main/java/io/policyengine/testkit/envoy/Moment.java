package io.policyengine.testkit.envoy;

/** A moment of an exchange at which the client may hang up. */
public enum Moment {
    /** The first message has been sent to the server, which has not answered. */
    FIRST_MESSAGE_SENT,
    FIRST_ANSWER_APPLIED,
    /** The upstream has received the request (only its headers if it replies early) and has not answered. */
    UPSTREAM_REACHED,
    /** The client has received the head of the response. */
    RESPONSE_STARTED
}
