package io.policyengine.kernel.body;

import io.policyengine.kernel.envoy.BodyMode;
import io.policyengine.kernel.envoy.EnvoyWriter;
import io.vertx.core.buffer.Buffer;

/** Answers Envoy's body messages of a request or a response in the form that Envoy's body mode requires. */
final class BodyAnswers {
    /** Maximum bytes of one chunk in full duplex; {@code processing_mode.proto} recommends at most 64 KiB. */
    private static final int DUPLEX_CHUNK = 60 << 10;

    private static final Buffer NOTHING = Buffer.buffer();

    private final BodyHost host;
    private final EnvoyWriter writer;
    private final boolean request;

    BodyAnswers(BodyHost host, EnvoyWriter writer, boolean request) {
        this.host = host;
        this.writer = writer;
        this.request = request;
    }

    /** Answers a body message that no policy reads, without a change to the body. */
    void unchanged(Buffer chunk, boolean last, BodyMode mode) {
        if (mode.isAnsweredOneByOne()) {
            host.write(writer.bodyUnchanged(request));
        } else {
            duplex(chunk, last);
        }
    }

    /** Answers a chunk that arrives after the engine ended the body. The chunk is discarded. */
    void unwanted(BodyMode mode) {
        if (mode.isAnsweredOneByOne()) {
            host.write(writer.chunk(request, NOTHING));
        }
    }

    void duplex(Buffer data, boolean last) {
        int from = 0;
        do {
            int to = Math.min(data.length(), from + DUPLEX_CHUNK);
            boolean end = last && to == data.length();
            if (to > from || end) {
                host.write(writer.duplexChunk(request, data.slice(from, to), end));
            }
            from = to;
        } while (from < data.length());
    }

    void streamed(Buffer data, boolean unchanged) {
        host.write(unchanged ? writer.bodyUnchanged(request) : writer.chunk(request, data));
    }
}
