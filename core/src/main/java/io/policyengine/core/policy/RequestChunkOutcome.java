package io.policyengine.core.policy;

import io.policyengine.core.instruction.ImmediateResponse;
import io.vertx.core.Future;

/** A policy's decision about a chunk of a request body. */
public sealed interface RequestChunkOutcome permits ChunkOutcome, RequestChunkOutcome.Respond {
    /** Answers the client now, and aborts the request to the upstream. */
    record Respond(ImmediateResponse response) implements RequestChunkOutcome {}

    static Future<RequestChunkOutcome> respond(ImmediateResponse response) {
        return Future.succeededFuture(new Respond(response));
    }
}
