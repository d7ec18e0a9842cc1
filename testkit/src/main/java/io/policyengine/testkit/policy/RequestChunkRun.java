package io.policyengine.testkit.policy;

import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.core.policy.RequestOutcome;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The outcome of a request whose body came chunk by chunk.
 *
 * @param headers what the header function made of it
 * @param chunks what went on, for each chunk that came until the policy ended body or exchange; the body that the header
 *     function set is the only chunk
 * @param answer how the policy answered the client, on the headers or on a chunk; or null
 */
public record RequestChunkRun(
        RequestRun headers, List<Buffer> chunks, @Nullable ImmediateResponse answer) {
    /** All that went on. */
    public Buffer joined() {
        return ChunkFeed.join(chunks);
    }

    /**
     * The answer of the policy.
     *
     * @throws AssertionError if it let the request pass
     */
    public ImmediateResponse denial() {
        if (answer == null) {
            throw new AssertionError("the policy let the request pass");
        }
        return answer;
    }

    /** Of a request whose body the policy does not see any more: it answered, ended the chain, or set another body. */
    static RequestChunkRun ofHeaders(RequestRun headers, List<Buffer> chunks) {
        if (headers.outcome() instanceof RequestOutcome.Respond(ImmediateResponse response, var _)) {
            return new RequestChunkRun(headers, List.of(), response);
        }
        Buffer body = headers.request().body();
        return new RequestChunkRun(headers, body == null ? List.copyOf(chunks) : List.of(body), null);
    }
}
