package io.policyengine.kernel.extproc;

import io.policyengine.kernel.envoy.BodyMode;
import io.vertx.core.buffer.Buffer;

/** Writes the answers to body and trailers in one direction, as Envoy's mode asks for them. */
final class ChunkWriter {
    /** Bytes of one chunk in full duplex at most; external_processor.proto recommends to stay below 64 KiB. */
    private static final int DUPLEX_CHUNK = 60 << 10;

    private static final Buffer NOTHING = Buffer.buffer();

    private final Exchange exchange;
    private final LoopContext loop;
    private final boolean request;

    ChunkWriter(Exchange exchange, LoopContext loop, boolean request) {
        this.exchange = exchange;
        this.loop = loop;
        this.request = request;
    }

    /** Answers a body message that nobody looks at. */
    void unchanged(Buffer chunk, boolean last, BodyMode mode) {
        if (mode.isAnsweredOneByOne()) {
            exchange.write(loop.writer().bodyUnchanged(request));
        } else {
            duplex(chunk, last);
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
        } else if (mode.isAnsweredOneByOne()) {
            exchange.write(loop.writer().chunk(request, NOTHING));
        }
    }

    /** Gives bytes to Envoy in full duplex. */
    void duplex(Buffer data, boolean last) {
        int from = 0;
        do {
            int to = Math.min(data.length(), from + DUPLEX_CHUNK);
            boolean end = last && to == data.length();
            if (to > from || end) {
                exchange.write(loop.writer().duplexChunk(request, data.slice(from, to), end));
            }
            from = to;
        } while (from < data.length());
    }

    /** Answers a chunk in mode STREAMED. */
    void streamed(Buffer data, boolean unchanged) {
        exchange.write(
                unchanged ? loop.writer().bodyUnchanged(request) : loop.writer().chunk(request, data));
    }
}
