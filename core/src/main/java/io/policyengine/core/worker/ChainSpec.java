package io.policyengine.core.worker;

import io.policyengine.core.chain.OnFailure;
import io.policyengine.core.policy.Phase;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Consecutive policies of one worker in one phase of one route, which a single call runs.
 *
 * @param id of the chain in calls; never 0, never reused by a kernel
 * @param routeLabel value of the label {@code route} in metrics
 */
public record ChainSpec(long id, String route, String routeLabel, Phase phase, List<Entry> entries) {
    /** Creates a chain whose metrics carry the name of its route. */
    public ChainSpec(long id, String route, Phase phase, List<Entry> entries) {
        this(id, route, route, phase, entries);
    }

    /**
     * A use of a policy.
     *
     * @param name unique within the route
     * @param params with resolved secrets: not to be logged
     * @param onFailure the effect of a failure
     * @param onOverload the effect of a refusal for lack of room
     * @param timeout the entry's own limit, or null
     * @param when CEL condition under which it runs, or null; with resolved secrets: not to be logged
     * @param shadow whether it runs without being applied
     */
    public record Entry(
            String name,
            String policy,
            ObjectNode params,
            OnFailure onFailure,
            OnFailure onOverload,
            @Nullable Duration timeout,
            @Nullable String when,
            boolean shadow) {
        /** Returns a text without the parameters, which may hold secrets. */
        @Override
        public String toString() {
            return name + " (" + policy + ")";
        }
    }
}
