package io.policyengine.core.chain;

import io.policyengine.core.error.ErrorCode;

/**
 * The reason why an entry failed.
 *
 * @param message for the log, never for the client; never a secret
 */
public record EntryFailure(ErrorCode code, String message) {
    /** True if it is for want of room, which says nothing of the policy. */
    public boolean isOverload() {
        return code == ErrorCode.OVERLOADED;
    }
}
