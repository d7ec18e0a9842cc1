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

    /**
     * The reaction of an entry with these rules: overload never goes by the rule for failures, so that a flood switches no policy off, and
     * a refusal goes by none.
     */
    public OnFailure reaction(OnFailure onFailure, OnFailure onOverload) {
        if (isRefusal()) {
            return OnFailure.DENY;
        }
        return isOverload() ? onOverload : onFailure;
    }
}
