package io.policyengine.testkit.envoy.model;

import com.google.protobuf.ByteString;
import io.policyengine.core.http.HeaderMap;

/** A part of an HTTP message as a filter sees it: the headers, then chunks of the body, then the trailers. */
public sealed interface HttpPart {
    /**
     * The head.
     *
     * @param fields in Envoy's order, pseudo headers included
     * @param endOfStream neither body nor trailers follow
     */
    record Headers(HeaderMap fields, boolean endOfStream) implements HttpPart {}

    /** A chunk of the body; the last one if no trailers follow says so. */
    record Data(ByteString bytes, boolean endOfStream) implements HttpPart {}

    /** The trailers; they end the message. */
    record Trailers(HeaderMap fields) implements HttpPart {}
}
