package io.policyengine.testkit.policy;

import io.vertx.core.buffer.Buffer;
import java.util.List;

/**
 * The outcome of a response with a chunked body.
 *
 * @param headers the outcome of the header function
 * @param chunks the output for each chunk until the policy ended the body; if the header function set a body, that body
 *     alone
 */
public record ResponseChunkRun(ResponseRun headers, List<Buffer> chunks) {
    /** Returns the concatenated output. */
    public Buffer joined() {
        return ChunkFeed.join(chunks);
    }

    /** Returns the outcome of a policy that does not read the body because it ended the chain or set a body. */
    static ResponseChunkRun ofHeaders(ResponseRun headers, List<Buffer> chunks) {
        Buffer body = headers.response().body();
        return new ResponseChunkRun(headers, body == null ? List.copyOf(chunks) : List.of(body));
    }
}
