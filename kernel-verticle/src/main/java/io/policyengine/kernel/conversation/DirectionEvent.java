package io.policyengine.kernel.conversation;

/** The events of one direction of an exchange. */
public enum DirectionEvent {
    /** Headers arrive; more may follow. */
    HEADERS,
    /** Headers arrive that are the whole message. */
    LAST_HEADERS,
    /** A body message arrives; more may follow. */
    BODY,
    LAST_BODY,
    TRAILERS,
    /** The current message is answered. */
    ANSWERED,
    /** The current message is answered by a replacement or its end: Envoy accepts no further answers. */
    REPLACED,
    /** The policies on headers have run; the answer to the headers waits for the whole body. */
    WAITS_FOR_BODY
}
