package io.policyengine.core.chain;

import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.Policy;
import java.time.Duration;

/**
 * An entry of a chain that is ready to run.
 *
 * @param name the entry's name within its route
 * @param policyName the policy's name
 * @param timeout the most time that it may take, for the message and for each piece of a body that streams
 * @param bodyNeed what it needs of its phase's body
 * @param observer told of each run
 */
public record BoundEntry(
        String name,
        String policyName,
        Policy policy,
        OnFailure onFailure,
        Duration timeout,
        BodyNeed bodyNeed,
        EntryObserver observer) {
    /** An entry that nobody observes and that does not look at bodies. */
    public BoundEntry(String name, String policyName, Policy policy, OnFailure onFailure, Duration timeout) {
        this(name, policyName, policy, onFailure, timeout, BodyNeed.NONE, EntryObserver.NONE);
    }
}
