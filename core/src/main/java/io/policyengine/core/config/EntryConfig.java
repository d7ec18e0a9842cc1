package io.policyengine.core.config;

import io.policyengine.core.chain.OnFailure;
import io.policyengine.core.error.LintCode;
import io.policyengine.core.error.Location;
import io.policyengine.core.error.Problem;
import io.policyengine.core.params.ParamProblem;
import io.policyengine.core.policy.EntryFacts;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * A use of a policy in a chain.
 *
 * @param name unique within the flow
 * @param params as written, secrets resolved: not to be logged
 * @param onFailure null: the worker's rule
 * @param onOverload the effect if the entry, or its worker, is refused for lack of room
 * @param when CEL condition under which it runs, or null
 * @param conditionFacts what the condition reads, for checks of the chain
 * @param timeout null: the worker's limit
 * @param reroute whether Envoy selects the route again after a change
 * @param onDenial whether a response entry is applied to denials; null: as the policy declares
 * @param passEncoded whether a body whose content coding cannot be decoded skips the entry
 * @param lintIgnore the lint findings silenced here
 * @param problems problems independent of its worker: its route cannot be served
 */
public record EntryConfig(
        String name,
        String policy,
        ObjectNode params,
        @Nullable OnFailure onFailure,
        OnFailure onOverload,
        @Nullable String when,
        EntryFacts conditionFacts,
        EntryMode mode,
        @Nullable Duration timeout,
        boolean reroute,
        @Nullable Boolean onDenial,
        boolean passEncoded,
        Set<LintCode> lintIgnore,
        List<Problem> problems,
        Source source) {
    private static final Source NOWHERE = Source.at(Location.ofFile(""));

    public EntryConfig {
        lintIgnore = Set.copyOf(lintIgnore);
        problems = List.copyOf(problems);
    }

    public EntryConfig withMode(EntryMode other) {
        return other == mode
                ? this
                : new EntryConfig(
                        name,
                        policy,
                        params,
                        onFailure,
                        onOverload,
                        when,
                        conditionFacts,
                        other,
                        timeout,
                        reroute,
                        onDenial,
                        passEncoded,
                        lintIgnore,
                        problems,
                        source);
    }

    /** True if the other is equal except for its position. */
    public boolean saysTheSameAs(EntryConfig other) {
        return withoutPlace().equals(other.withoutPlace());
    }

    EntryConfig withoutPlace() {
        return new EntryConfig(
                name,
                policy,
                params,
                onFailure,
                onOverload,
                when,
                conditionFacts,
                mode,
                timeout,
                reroute,
                onDenial,
                passEncoded,
                lintIgnore,
                List.of(),
                NOWHERE);
    }

    /** Converts a problem of the parameters to a problem at its position. */
    public Problem problem(ParamProblem problem) {
        return source.problem(policy, problem);
    }

    /** Omits the parameters, which may hold secrets. */
    @Override
    public String toString() {
        return name + " (" + policy + ") at " + source;
    }
}
