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
 * @param onFailure what follows where it fails
 * @param onOverload what follows where it is refused for want of room
 * @param timeout the most time that it may take, for the message and for each chunk of a body that streams
 * @param bodyNeed what it needs of its phase's body
 * @param keepsRequestBody whether it is shown the request's body in the response phase
 * @param condition where it is false the entry does not run; null: it always runs
 * @param observer told of each run
 * @param shadow told of each run where nothing that the entry decides is applied; null: it is enforced
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

    /** An entry that always runs, that nobody observes, that does not look at bodies and is denied under overload. */
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

    /** The same as if it were enforced, always run and observed by nobody; its failure ends what it runs in. */
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
