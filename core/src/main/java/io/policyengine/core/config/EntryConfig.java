package io.policyengine.core.config;

import io.policyengine.core.chain.OnFailure;
import io.policyengine.core.error.LintCode;
import io.policyengine.core.error.Location;
import io.policyengine.core.error.Problem;
import io.policyengine.core.params.ParamProblem;
import io.policyengine.core.policy.EntryFacts;
import io.policyengine.core.policy.Phase;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * A chain entry: the use of a policy in a chain.
 *
 * @param name unique within the flow
 * @param params as written, with resolved secrets: not to be logged
 * @param onFailure the effect of a failure; null for the worker's rule
 * @param onOverload the effect if the entry cannot run because a limit on concurrent work is reached
 * @param when the CEL condition under which the entry runs, or null
 * @param conditionFacts the values that the condition reads, for checks of the chain
 * @param timeout null for the worker's limit
 * @param reroute whether Envoy selects the route again after a change of the request
 * @param onDenial whether a response entry is applied to denials; null for the policy's own rule
 * @param inBothPhases whether the entry is in both flows although it is written once, in the request flow
 * @param passEncoded whether the entry is skipped for a body whose content coding cannot be decoded
 * @param lintIgnore the lint findings to suppress for this entry
 * @param problems problems of the entry that do not depend on a worker; if there are any, the route cannot be served
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
        boolean inBothPhases,
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
                        inBothPhases,
                        passEncoded,
                        lintIgnore,
                        problems,
                        source);
    }

    /** Returns whether both entries are equal, apart from their positions in the files. */
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
                false,
                passEncoded,
                lintIgnore,
                List.of(),
                NOWHERE);
    }

    /** Returns the problem of a policy that does not work in this phase's flow, with a correction. */
    public Problem wrongPhase(Phase phase) {
        var flow = phase == Phase.REQUEST ? "request_flow" : "response_flow";
        var message = "policy '" + policy + "' does not work on a " + flow;
        if (!inBothPhases) {
            return Problem.error(source.policy(), message);
        }
        return Problem.error(
                source.value("phases"),
                message
                        + (phase == Phase.REQUEST
                                ? ": write it in the response_flow, without 'phases: both'"
                                : ": remove 'phases: both'"));
    }

    /** Converts a problem of the parameters to one with its position in the file. */
    public Problem problem(ParamProblem problem) {
        return source.problem(policy, problem);
    }

    /** Omits the parameters, which may hold secrets. */
    @Override
    public String toString() {
        return name + " (" + policy + ") at " + source;
    }
}
