package io.policyengine.kernel.conversation;

/** The events of one direction of an exchange. */
public enum DirectionEvent {
    /** Headers arrive; more may follow. */
    HEADERS,
    /** Headers arrive that are all there is. */
    LAST_HEADERS,
    /** A body message arrives; more may follow. */
    BODY,
    /** The last body message arrives. */
    LAST_BODY,
    /** Trailers arrive. */
    TRAILERS,
    /** The message at work is answered. */
    ANSWERED,
    /** The message at work is answered by what replaces or ends it: Envoy takes no further answers. */
    REPLACED,
    /** The policies that run on headers have run; the answer to the headers waits for the whole body. */
    WAITS_FOR_BODY
}
