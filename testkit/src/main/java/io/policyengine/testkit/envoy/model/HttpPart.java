package io.policyengine.testkit.envoy.model;

import com.google.protobuf.ByteString;
import io.policyengine.core.http.HeaderMap;

/** A part of an HTTP message as a filter sees it: the headers, then chunks of the body, then the trailers. */
public sealed interface HttpPart {
    /**
     * The headers that begin a message.
     *
     * @param fields in Envoy's order, including pseudo headers
     * @param endOfStream true if neither body nor trailers follow
     */
    record Headers(HeaderMap fields, boolean endOfStream) implements HttpPart {}

    /** A chunk of the body; {@code endOfStream} is true for the last chunk unless trailers follow. */
    record Data(ByteString bytes, boolean endOfStream) implements HttpPart {}

    /** The trailers, which end the message. */
    record Trailers(HeaderMap fields) implements HttpPart {}
}
