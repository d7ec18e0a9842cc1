package io.policyengine.kernel.extproc;

import io.policyengine.kernel.envoy.Message;

/** What happens to one direction of an exchange. */
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
    /** The chain has run and its headers are answered. */
    ANSWERED,
    /** The chain has run and its headers are answered by CONTINUE_AND_REPLACE. */
    ANSWERED_BY_REPLACEMENT;

    static DirectionEvent of(Message.Part part) {
        return switch (part) {
            case HEADERS -> HEADERS;
            case LAST_HEADERS -> LAST_HEADERS;
            case BODY -> BODY;
            case LAST_BODY -> LAST_BODY;
            case TRAILERS -> TRAILERS;
        };
    }
}
