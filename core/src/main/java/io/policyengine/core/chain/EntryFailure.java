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

    /** Returns whether the policy denied a message that can no longer be answered. Rules for failures do not apply. */
    public boolean isRefusal() {
        return code == ErrorCode.RESPONSE_REFUSED;
    }

    /** Returns whether the policy's result exceeds a bound of size. The sender of the message can cause this. */
    public boolean isBeyondBound() {
        return code == ErrorCode.BODY_TOO_LARGE || code == ErrorCode.STATE_TOO_LARGE;
    }

    /**
     * Returns the reaction of an entry with these rules. Overload never follows the rule for failures, so that a flood
     * of requests cannot disable a policy. A refusal or a result beyond a bound always denies, so that no sender can
     * disable a policy by the size of a message.
     */
    public OnFailure reaction(OnFailure onFailure, OnFailure onOverload) {
        if (isRefusal() || isBeyondBound()) {
            return OnFailure.DENY;
        }
        return isOverload() ? onOverload : onFailure;
    }
}
