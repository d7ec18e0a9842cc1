package io.policyengine.kernel.aggregate;

import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.instruction.ImmediateResponse;
import io.vertx.core.buffer.Buffer;

/** What became of a piece of a body. */
public sealed interface PieceResult {
    /**
     * It goes on.
     *
     * @param data what goes on
     * @param unchanged whether that is the piece as it came
     * @param last whether the body ends with it, whatever else comes
     */
    record Passed(Buffer data, boolean unchanged, boolean last) implements PieceResult {}

    /**
     * A policy answers the client.
     *
     * @param deniedBy the entry's name
     */
    record Denied(ImmediateResponse response, String deniedBy) implements PieceResult {}

    /**
     * The body may not go on.
     *
     * @param failedAt the entry's name
     */
    record Failed(ErrorCode code, String failedAt) implements PieceResult {}
}
