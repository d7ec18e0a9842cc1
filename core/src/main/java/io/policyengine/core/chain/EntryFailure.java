package io.policyengine.core.chain;

import io.policyengine.core.error.ErrorCode;

/**
 * The reason why an entry failed.
 *
 * @param message for the log, never for the client; never a secret
 */
public record EntryFailure(ErrorCode code, String message) {
    /** Returns whether the entry failed because a resource was exhausted, which is not the policy's fault. */
    public boolean isOverload() {
        return code == ErrorCode.OVERLOADED;
    }

    /**
     * Returns whether the policy denied a message that can no longer be answered. {@code on_failure} does not apply.
     */
    public boolean isRefusal() {
        return code == ErrorCode.RESPONSE_REFUSED;
    }

    /**
     * Returns the reaction to this failure. {@code onFailure} applies only to failures of a dependency, so that no
     * message can disable a policy. Overload has a separate rule, so that a flood of messages cannot disable a policy
     * either.
     */
    public OnFailure reaction(OnFailure onFailure, OnFailure onOverload) {
        if (isOverload()) {
            return onOverload;
        }
        return code.isOfDependency() ? onFailure : OnFailure.DENY;
    }
}
