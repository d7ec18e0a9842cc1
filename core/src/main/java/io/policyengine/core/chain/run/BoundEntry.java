package io.policyengine.core.chain.run;

import io.policyengine.core.chain.EntryFailure;
import io.policyengine.core.chain.OnFailure;
import io.policyengine.core.expression.Expression;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.Policy;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * An entry of a chain that is ready to run.
 *
 * @param name the entry's name within its route
 * @param policyName the policy's name
 * @param onFailure the effect of a failure
 * @param onOverload the effect of a refusal for lack of room
 * @param timeout limit for the message and for each chunk of a streamed body
 * @param bodyNeed the need of its phase's body
 * @param keepsRequestBody whether its response phase gets the request's body
 * @param condition the entry runs if it is true; null: always
 * @param observer notified of each run
 * @param shadow notified of each run of an entry that is not applied; null: it is enforced
 */
public record BoundEntry(
        String name,
        String policyName,
        Policy policy,
        OnFailure onFailure,
        OnFailure onOverload,
        Duration timeout,
        BodyNeed bodyNeed,
        boolean keepsRequestBody,
        @Nullable Expression<Boolean> condition,
        EntryObserver observer,
        @Nullable ShadowObserver shadow) {
    /** An entry that is not shown the request's body in the response phase. */
    public BoundEntry(
            String name,
            String policyName,
            Policy policy,
            OnFailure onFailure,
            OnFailure onOverload,
            Duration timeout,
            BodyNeed bodyNeed,
            @Nullable Expression<Boolean> condition,
            EntryObserver observer,
            @Nullable ShadowObserver shadow) {
        this(name, policyName, policy, onFailure, onOverload, timeout, bodyNeed, false, condition, observer, shadow);
    }

    /** Creates an unconditional entry without observer that reads no body and is denied under overload. */
    public BoundEntry(String name, String policyName, Policy policy, OnFailure onFailure, Duration timeout) {
        this(
                name,
                policyName,
                policy,
                onFailure,
                OnFailure.DENY,
                timeout,
                BodyNeed.NONE,
                null,
                EntryObserver.NONE,
                null);
    }

    /** The reaction to such a failure. */
    OnFailure after(EntryFailure failure) {
        return failure.reaction(onFailure, onOverload);
    }

    /** Returns an enforced, unconditional copy without observer; its failure ends the run. */
    BoundEntry alone() {
        return new BoundEntry(
                name,
                policyName,
                policy,
                OnFailure.DENY,
                OnFailure.DENY,
                timeout,
                bodyNeed,
                keepsRequestBody,
                null,
                EntryObserver.NONE,
                null);
    }
}
