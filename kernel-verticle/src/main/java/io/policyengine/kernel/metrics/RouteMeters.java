package io.policyengine.kernel.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Timer;
import io.policyengine.core.error.ErrorCode;
import java.util.function.BiFunction;

/**
 * The meters of one route.
 *
 * @param withoutWorker counts exchanges in which no policy ran
 * @param callsPerExchange worker calls of both phases
 * @param requestChain duration of the request phase's chain
 * @param responseChain duration of the response phase's chain
 * @param conflicts instructions that overwrote those of an earlier policy
 * @param partials counters by the worker that failed and the kind of failure
 */
public record RouteMeters(
        CallMeters withoutWorker,
        DistributionSummary callsPerExchange,
        Timer requestChain,
        Timer responseChain,
        Counter conflicts,
        BiFunction<String, ErrorCode, Counter> partials) {
    /** Counts chains that ran in part because the configuration allows it. */
    public Counter partial(String failedWorker, ErrorCode failure) {
        return partials.apply(failedWorker, failure);
    }
}
