package io.policyengine.testkit.envoy.model;

import com.google.protobuf.ByteString;
import io.policyengine.core.http.HeaderMap;

/** What a filter sees of an HTTP message: its headers, then pieces of its body, then trailers. */
public sealed interface Piece {
    /**
     * The head.
     *
     * @param fields in Envoy's order, pseudo headers included
     * @param endOfStream neither body nor trailers follow
     */
    record Headers(HeaderMap fields, boolean endOfStream) implements Piece {}

    /** A piece of the body; the last one if no trailers follow says so. */
    record Data(ByteString bytes, boolean endOfStream) implements Piece {}

    /** The trailers; they end the message. */
    record Trailers(HeaderMap fields) implements Piece {}
}
