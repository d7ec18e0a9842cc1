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

    /** The request is none that may pass, whatever policies say: the client gets this answer. The reason is logged already. */
    record Denial(ImmediateResponse response) implements Refusal {}
}
