package io.policyengine.testkit.policy;

import io.vertx.core.buffer.Buffer;
import java.util.List;

/**
 * The outcome of a response whose body came chunk by chunk.
 *
 * @param headers what the header function made of it
 * @param chunks what went on, for each chunk that came until the policy ended the body; the body that the header function set
 *     is the only chunk
 */
public record ResponseChunkRun(ResponseRun headers, List<Buffer> chunks) {
    /** All that went on. */
    public Buffer joined() {
        return ChunkFeed.join(chunks);
    }

    /** Of a response whose body the policy does not see: it ended the chain, or set another body. */
    static ResponseChunkRun ofHeaders(ResponseRun headers, List<Buffer> chunks) {
        Buffer body = headers.response().body();
        return new ResponseChunkRun(headers, body == null ? List.copyOf(chunks) : List.of(body));
    }
}
