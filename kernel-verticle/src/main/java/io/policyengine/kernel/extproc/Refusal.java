package io.policyengine.kernel.extproc;

import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.instruction.ImmediateResponse;

/** The reason why the engine does not run a chain, or stops it. */
sealed interface Refusal {
    /**
     * The client gets the engine's response for an error code.
     *
     * @param reason text for the log
     */
    record Failure(ErrorCode code, String reason) implements Refusal {}

    /**
     * The request must not pass, regardless of policies. The client gets the given response, which has already been
     * logged.
     */
    record Denial(ImmediateResponse response) implements Refusal {}
}
