package io.policyengine.kernel.aggregate;

import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.instruction.ImmediateResponse;
import io.vertx.core.buffer.Buffer;

/** The outcome of a chunk of a body. */
public sealed interface BodyChunkResult {
    /**
     * It goes on.
     *
     * @param data what goes on
     * @param unchanged whether that is the chunk as it came
     * @param last whether the body ends with it, whatever else comes
     */
    record Passed(Buffer data, boolean unchanged, boolean last) implements BodyChunkResult {}

    /**
     * A policy answers the client.
     *
     * @param deniedBy the entry's name
     */
    record Denied(ImmediateResponse response, String deniedBy) implements BodyChunkResult {}

    /**
     * The body may not go on.
     *
     * @param failedAt the entry's name
     */
    record Failed(ErrorCode code, String failedAt) implements BodyChunkResult {}
}
