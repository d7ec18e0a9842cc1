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

    /** True if the policy has decided against the message, and had no other way to say so: no rule for failures lets that pass. */
    public boolean isRefusal() {
        return code == ErrorCode.RESPONSE_REFUSED;
    }

    /** True if the policy's result for the message exceeds a bound, which the sender can cause. */
    public boolean isBeyondBound() {
        return code == ErrorCode.BODY_TOO_LARGE || code == ErrorCode.STATE_TOO_LARGE;
    }

    /**
     * Returns the reaction of an entry with these rules. Overload never follows the rule for failures, so that a flood
     * switches no policy off. A refusal, and a result beyond a bound, follow neither, so that no sender switches a
     * policy off by the size of a message.
     */
    public OnFailure reaction(OnFailure onFailure, OnFailure onOverload) {
        if (isRefusal() || isBeyondBound()) {
            return OnFailure.DENY;
        }
        return isOverload() ? onOverload : onFailure;
    }
}
