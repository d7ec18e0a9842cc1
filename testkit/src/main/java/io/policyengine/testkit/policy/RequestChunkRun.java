package io.policyengine.testkit.policy;

import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.core.policy.RequestOutcome;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The outcome of running a policy on a request with a chunked body.
 *
 * @param headers the outcome for the headers
 * @param chunks the output for each chunk until the policy ended the body or answered; only the new body if the policy
 *     set one on the headers
 * @param answer the policy's response to the client, on the headers or on a chunk; or null
 */
public record RequestChunkRun(
        RequestRun headers, List<Buffer> chunks, @Nullable ImmediateResponse answer) {
    /** Returns the concatenated output of all chunks. */
    public Buffer joined() {
        return ChunkFeed.join(chunks);
    }

    /**
     * Returns the policy's response to the client.
     *
     * @throws AssertionError if the request passed
     */
    public ImmediateResponse denial() {
        if (answer == null) {
            throw new AssertionError("the policy let the request pass");
        }
        return answer;
    }

    /**
     * Returns the outcome of a policy that does not read the body, because it answered, skipped the rest, or set a
     * body.
     */
    static RequestChunkRun ofHeaders(RequestRun headers, List<Buffer> chunks) {
        if (headers.outcome() instanceof RequestOutcome.Respond(ImmediateResponse response, var _)) {
            return new RequestChunkRun(headers, List.of(), response);
        }
        Buffer body = headers.request().body();
        return new RequestChunkRun(headers, body == null ? List.copyOf(chunks) : List.of(body), null);
    }
}
