package io.policyengine.kernel.envoy;

/** The kinds of messages that Envoy wants answered ({@code external_processor.proto: ProcessingRequest}). */
public enum Message {
    /** Request headers; body or trailers may follow. */
    REQUEST_HEADERS(true, Part.HEADERS),
    /** Request headers of a request without body and trailers. */
    LAST_REQUEST_HEADERS(true, Part.LAST_HEADERS),
    /** A chunk of the request body, or all of it with trailers to come. */
    REQUEST_BODY(true, Part.BODY),
    /** The end of the request body. */
    LAST_REQUEST_BODY(true, Part.LAST_BODY),
    /** Request trailers. */
    REQUEST_TRAILERS(true, Part.TRAILERS),
    /** Response headers; body or trailers may follow. */
    RESPONSE_HEADERS(false, Part.HEADERS),
    /** Response headers of a response without body and trailers. */
    LAST_RESPONSE_HEADERS(false, Part.LAST_HEADERS),
    /** A chunk of the response body, or all of it with trailers to come. */
    RESPONSE_BODY(false, Part.BODY),
    /** The end of the response body. */
    LAST_RESPONSE_BODY(false, Part.LAST_BODY),
    /** Response trailers. */
    RESPONSE_TRAILERS(false, Part.TRAILERS);

    /** A kind without its direction. */
    public enum Part {
        /** Headers; more may follow. */
        HEADERS,
        /** Headers; nothing follows. */
        LAST_HEADERS,
        /** Body; more may follow. */
        BODY,
        /** Body; nothing follows. */
        LAST_BODY,
        /** Trailers; nothing follows. */
        TRAILERS
    }

    private final boolean request;
    private final Part part;

    Message(boolean request, Part part) {
        this.request = request;
        this.part = part;
    }

    /** Whether it belongs to the request, else to the response. */
    public boolean isRequest() {
        return request;
    }

    /** Whether it carries headers. */
    public boolean isHeaders() {
        return part == Part.HEADERS || part == Part.LAST_HEADERS;
    }

    /** The kind within its direction. */
    public Part part() {
        return part;
    }
}
