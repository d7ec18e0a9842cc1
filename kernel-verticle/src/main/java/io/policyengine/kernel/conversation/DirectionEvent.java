package io.policyengine.kernel.conversation;

/** The events of one direction of an exchange. */
public enum DirectionEvent {
    /** Headers arrive, and more messages may follow. */
    HEADERS,
    /** Headers arrive, and are the whole message. */
    LAST_HEADERS,
    /** A body message arrives, and more may follow. */
    BODY,
    LAST_BODY,
    TRAILERS,
    /** The current message is answered. */
    ANSWERED,
    /** The current message is answered by replacing or ending it. Envoy accepts no further answers. */
    REPLACED,
    /** The policies on headers have run, and the answer to the headers waits for the whole body. */
    WAITS_FOR_BODY
}
