package io.policyengine.kernel.aggregate;

import io.policyengine.core.http.PathRules;
import io.policyengine.core.policy.Metadata;
import io.policyengine.core.time.Ticker;
import io.policyengine.kernel.envoy.MutationRules;
import io.policyengine.kernel.worker.call.WorkerCalls;
import java.time.Duration;

/**
 * The tools that all runs of chains share on one event loop, in one generation.
 *
 * @param workers the event loop's calls to workers
 * @param rules the changes that Envoy permits to policies
 * @param pathRules the rules for paths, including paths that policies set
 * @param phaseTimeout maximum time of a phase
 * @param maxStateSize maximum size of the state that policies leave: {@link Metadata#size} plus the octets of response
 *     fields
 */
public record RunTools(
        Ticker ticker,
        WorkerCalls workers,
        MutationRules rules,
        PathRules pathRules,
        Duration phaseTimeout,
        long maxStateSize) {}
