package io.policyengine.core.chain;

import io.policyengine.core.error.ErrorCode;

/**
 * Why an entry failed.
 *
 * @param message for the log, never for the client; never a secret
 */
public record EntryFailure(ErrorCode code, String message) {
    /** Whether it is for want of room, which says nothing of the policy. */
    public boolean isOverload() {
        return code == ErrorCode.OVERLOADED;
    }
}
