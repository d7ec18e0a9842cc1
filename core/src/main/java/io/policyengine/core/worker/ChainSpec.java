package io.policyengine.core.worker;

import io.policyengine.core.chain.OnFailure;
import io.policyengine.core.policy.Phase;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Consecutive entries of one route in one phase, whose policies one worker runs in a single call.
 *
 * @param id identifies the chain in calls; never 0, never reused by a kernel
 * @param routeLabel the value of the metric label {@code route}
 */
public record ChainSpec(long id, String route, String routeLabel, Phase phase, List<Entry> entries) {
    /** Creates a chain whose metric label is the route's name. */
    public ChainSpec(long id, String route, Phase phase, List<Entry> entries) {
        this(id, route, route, phase, entries);
    }

    /**
     * An entry of the chain.
     *
     * @param name unique within the route
     * @param params with resolved secrets: not to be logged
     * @param onFailure the effect of a failure
     * @param onOverload the effect if the entry is refused because a limit of concurrent work is reached
     * @param timeout the time limit of the entry alone, or null
     * @param when the CEL condition under which the entry runs, or null; with resolved secrets: not to be logged
     * @param shadow whether the entry runs without its outcome being applied
     * @param passed the entries that a response passes before this entry stores it; null if the entry stores no
     *     responses
     */
    public record Entry(
            String name,
            String policy,
            ObjectNode params,
            OnFailure onFailure,
            OnFailure onOverload,
            @Nullable Duration timeout,
            @Nullable String when,
            boolean shadow,
            @Nullable PassedEntries passed) {
        /** Creates an entry that stores no responses. */
        public Entry(
                String name,
                String policy,
                ObjectNode params,
                OnFailure onFailure,
                OnFailure onOverload,
                @Nullable Duration timeout,
                @Nullable String when,
                boolean shadow) {
            this(name, policy, params, onFailure, onOverload, timeout, when, shadow, null);
        }

        /** Returns a copy in which a failure has this effect. */
        public Entry withOnFailure(OnFailure effect) {
            return new Entry(name, policy, params, effect, onOverload, timeout, when, shadow, passed);
        }

        /** Returns a copy for an entry that stores responses after they have passed the given entries. */
        public Entry withPassed(@Nullable PassedEntries entries) {
            return new Entry(name, policy, params, onFailure, onOverload, timeout, when, shadow, entries);
        }

        /** Returns a text without the parameters, since they may contain secrets. */
        @Override
        public String toString() {
            return name + " (" + policy + ")";
        }
    }
}
