package io.policyengine.testkit.policy;

import io.vertx.core.buffer.Buffer;
import java.util.List;

/**
 * The outcome of running a policy on a response with a chunked body.
 *
 * @param headers the outcome for the headers
 * @param chunks the output for each chunk until the policy ended the body; only the new body if the policy set one on
 *     the headers
 */
public record ResponseChunkRun(ResponseRun headers, List<Buffer> chunks) {
    /** Returns the concatenated output of all chunks. */
    public Buffer joined() {
        return ChunkFeed.join(chunks);
    }

    /** Returns the outcome of a policy that does not read the body, because it ended the chain or set a body. */
    static ResponseChunkRun ofHeaders(ResponseRun headers, List<Buffer> chunks) {
        Buffer body = headers.response().body();
        return new ResponseChunkRun(headers, body == null ? List.copyOf(chunks) : List.of(body));
    }
}
