package io.policyengine.kernel.extproc;

import io.policyengine.kernel.envoy.BodyMode;
import io.vertx.core.buffer.Buffer;

/** Writes the answers to body and trailers in one direction, as Envoy's mode asks for them. */
final class PieceWriter {
    /** Bytes of one piece in full duplex at most; external_processor.proto recommends to stay below 64 KiB. */
    private static final int DUPLEX_PIECE = 60 << 10;

    private static final Buffer NOTHING = Buffer.buffer();

    private final Exchange exchange;
    private final Loop loop;
    private final boolean request;

    PieceWriter(Exchange exchange, Loop loop, boolean request) {
        this.exchange = exchange;
        this.loop = loop;
        this.request = request;
    }

    /** Answers a body message that nobody looks at. */
    void unchanged(Buffer piece, boolean last, BodyMode mode) {
        if (mode != BodyMode.FULL_DUPLEX_STREAMED) {
            exchange.write(loop.writer().bodyUnchanged(request));
        } else {
            duplex(piece, last);
        }
    }

    /** Answers the trailers. */
    void trailers() {
        exchange.write(loop.writer().trailersUnchanged(request));
    }

    /** Answers what comes after the engine ended the body: none of it goes on. */
    void unwanted(BodyMode mode, boolean trailers) {
        if (trailers) {
            trailers();
        } else if (mode != BodyMode.FULL_DUPLEX_STREAMED) {
            exchange.write(loop.writer().piece(request, NOTHING));
        }
    }

    /** Gives bytes to Envoy in full duplex. */
    void duplex(Buffer data, boolean last) {
        int from = 0;
        do {
            int to = Math.min(data.length(), from + DUPLEX_PIECE);
            boolean end = last && to == data.length();
            if (to > from || end) {
                exchange.write(loop.writer().duplexPiece(request, data.slice(from, to), end));
            }
            from = to;
        } while (from < data.length());
    }

    /** Answers a piece in mode STREAMED. */
    void streamed(Buffer data, boolean unchanged) {
        exchange.write(
                unchanged ? loop.writer().bodyUnchanged(request) : loop.writer().piece(request, data));
    }
}
