package io.policyengine.core.chain;

import io.policyengine.core.error.ErrorCode;

/**
 * The reason why an entry failed.
 *
 * @param message for the log, never for the client; never a secret
 */
public record EntryFailure(ErrorCode code, String message) {
    /** Returns whether resources were lacking, which is no fault of the policy. */
    public boolean isOverload() {
        return code == ErrorCode.OVERLOADED;
    }

    /** Returns whether the policy decided against the message and could only fail; rules for failures do not apply. */
    public boolean isRefusal() {
        return code == ErrorCode.RESPONSE_REFUSED;
    }

    /** Returns whether the policy's result for the message exceeds a bound, which the sender can cause. */
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
