package io.policyengine.testkit.policy;

import io.vertx.core.buffer.Buffer;
import java.util.List;

/**
 * What became of a response whose body came piece by piece.
 *
 * @param headers what the header function made of it
 * @param pieces what went on, for each piece that came until the policy ended the body; the body that the header function set
 *     is the only piece
 */
public record ResponseChunkRun(ResponseRun headers, List<Buffer> pieces) {
    /** All that went on. */
    public Buffer joined() {
        return ChunkFeed.join(pieces);
    }

    /** Of a response whose body the policy does not see: it ended the chain, or set another body. */
    static ResponseChunkRun ofHeaders(ResponseRun headers, List<Buffer> pieces) {
        Buffer body = headers.response().body();
        return new ResponseChunkRun(headers, body == null ? List.copyOf(pieces) : List.of(body));
    }
}
