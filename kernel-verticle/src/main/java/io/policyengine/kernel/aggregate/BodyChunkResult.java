package io.policyengine.kernel.aggregate;

import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.instruction.ImmediateResponse;
import io.vertx.core.buffer.Buffer;

/** The result of sending one chunk of a body through the policies. */
public sealed interface BodyChunkResult {
    /**
     * The policies let the chunk pass.
     *
     * @param data the output
     * @param unchanged whether the output equals the received chunk
     * @param last whether the body ends with this chunk and the rest is discarded
     */
    record Passed(Buffer data, boolean unchanged, boolean last) implements BodyChunkResult {}

    /**
     * A policy denies the message, and the client gets the policy's response.
     *
     * @param deniedBy the name of the policy's entry
     */
    record Denied(ImmediateResponse response, String deniedBy) implements BodyChunkResult {}

    /**
     * A policy failed, so the body cannot continue.
     *
     * @param failedAt the name of the failed entry
     */
    record Failed(ErrorCode code, String failedAt) implements BodyChunkResult {}
}
