package io.policyengine.kernel.extproc;

import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.instruction.ImmediateResponse;

/** The reason why the engine runs no chain, or stops a chain. */
sealed interface Refusal {
    /**
     * The client gets the response for an error code.
     *
     * @param reason text for the log
     */
    record Failure(ErrorCode code, String reason) implements Refusal {}

    /**
     * The request must not pass, whatever policies decide. The client gets this response, which has already been
     * logged.
     */
    record Denial(ImmediateResponse response) implements Refusal {}
}
