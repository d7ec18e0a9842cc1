package io.policyengine.kernel.aggregate;

import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.http.PathFault;
import io.policyengine.core.http.PathRules;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.core.time.Ticker;
import io.policyengine.kernel.account.ExchangeAccount;
import io.policyengine.kernel.envoy.MutationRules;
import io.policyengine.kernel.metrics.RouteMeters;
import io.policyengine.kernel.worker.call.ExchangeReplicas;
import io.policyengine.kernel.worker.call.WorkerCalls;
import java.util.Set;

/**
 * The surroundings of a chain's run: the exchange, and the event loop's tools.
 *
 * @param rules what Envoy lets policies change
 * @param pathRules the rules for paths, including those that policies set
 * @param allowInPath the faults of paths that the route lets pass
 * @param account of what the exchange holds
 * @param maxStateSize see {@link io.policyengine.core.policy.Metadata#size}
 */
public record RunScope(
        String requestId,
        long exchangeId,
        Cancellation cancellation,
        Ticker ticker,
        WorkerCalls workers,
        ExchangeReplicas replicas,
        MutationRules rules,
        PathRules pathRules,
        Set<PathFault> allowInPath,
        long maxStateSize,
        RouteMeters meters,
        ExchangeAccount account,
        RunEvents events) {

    /** Counts a chain that goes on although a part of it failed. */
    void partial(String worker, ErrorCode code) {
        meters.partial(worker, code).increment();
    }
}
