package io.policyengine.testkit.envoy;

/** A moment of an exchange at which the client may hang up. */
public enum Moment {
    /** The first message has been sent to the ext_proc server; the server has not answered yet. */
    FIRST_MESSAGE_SENT,
    FIRST_ANSWER_APPLIED,
    /** The upstream has received the request (an early-replying one only the headers), and has not answered yet. */
    UPSTREAM_REACHED,
    /** The client has received the head of the response. */
    RESPONSE_STARTED
}
