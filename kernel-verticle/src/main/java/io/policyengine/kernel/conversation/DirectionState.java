package io.policyengine.kernel.conversation;

/** The state of one direction of an exchange. */
public enum DirectionState {
    /** Nothing of this direction has arrived. */
    IDLE,
    /** The headers have arrived and are not answered yet; more may follow. */
    HEADERS,
    /** The headers have arrived, are the whole message, and are not answered yet. */
    LAST_HEADERS,
    /** The answer to the headers waits for the whole body, which arrives chunk by chunk (full duplex). */
    GATHERING,
    /** All messages so far are answered; more may follow. */
    OPEN,
    /** A body message is not answered yet; more may follow. */
    BODY,
    /** The last body message, or the gathered body, is not answered yet; nothing follows. */
    LAST_BODY,
    /** Trailers are not answered yet; nothing follows. */
    TRAILERS,
    /** The message was replaced, or ended by the engine: Envoy accepts no further answers in this direction. */
    REPLACED,
    /** The whole message has been answered. */
    DONE;

    boolean owesAnswer() {
        return switch (this) {
            case HEADERS, LAST_HEADERS, BODY, LAST_BODY, TRAILERS -> true;
            case IDLE, GATHERING, OPEN, REPLACED, DONE -> false;
        };
    }
}
