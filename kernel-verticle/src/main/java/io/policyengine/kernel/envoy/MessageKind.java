package io.policyengine.kernel.envoy;

import io.policyengine.kernel.conversation.DirectionEvent;
import java.util.Locale;

/** The kinds of messages that Envoy expects to be answered ({@code external_processor.proto: ProcessingRequest}). */
public enum MessageKind {
    /** Request headers; body or trailers may follow. */
    REQUEST_HEADERS(true, DirectionEvent.HEADERS),
    /** Request headers without body and trailers. */
    LAST_REQUEST_HEADERS(true, DirectionEvent.LAST_HEADERS),
    /** A chunk of the request body, or all of it if trailers follow. */
    REQUEST_BODY(true, DirectionEvent.BODY),
    /** The end of the request body. */
    LAST_REQUEST_BODY(true, DirectionEvent.LAST_BODY),
    REQUEST_TRAILERS(true, DirectionEvent.TRAILERS),
    /** Response headers; body or trailers may follow. */
    RESPONSE_HEADERS(false, DirectionEvent.HEADERS),
    /** Response headers without body and trailers. */
    LAST_RESPONSE_HEADERS(false, DirectionEvent.LAST_HEADERS),
    /** A chunk of the response body, or all of it if trailers follow. */
    RESPONSE_BODY(false, DirectionEvent.BODY),
    /** The end of the response body. */
    LAST_RESPONSE_BODY(false, DirectionEvent.LAST_BODY),
    RESPONSE_TRAILERS(false, DirectionEvent.TRAILERS);

    private final String label = name().toLowerCase(Locale.ROOT);
    private final boolean request;
    private final DirectionEvent event;

    MessageKind(boolean request, DirectionEvent event) {
        this.request = request;
        this.event = event;
    }

    /** Returns the name of this kind as records of exchanges show it. */
    public String label() {
        return label;
    }

    /** Returns whether the message belongs to the request; otherwise it belongs to the response. */
    public boolean isRequest() {
        return request;
    }

    public boolean isHeaders() {
        return event == DirectionEvent.HEADERS || event == DirectionEvent.LAST_HEADERS;
    }

    /** Returns the conversation's event for the arrival of this message. */
    public DirectionEvent event() {
        return event;
    }
}
