package io.policyengine.kernel.extproc;

import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.instruction.ImmediateResponse;

/** The reason why the engine lets no chain run, or not go on. */
sealed interface Refusal {
    /**
     * Something is missing or wrong: the client gets the answer for the error.
     *
     * @param reason for the log
     */
    record Failure(ErrorCode code, String reason) implements Refusal {}

    /**
     * A request that must not pass, regardless of policies: the client gets this response. The reason is logged
     * already.
     */
    record Denial(ImmediateResponse response) implements Refusal {}
}
