package io.policyengine.kernel.extproc;

import io.policyengine.core.config.KernelConfig;
import io.policyengine.core.time.Ticker;
import io.policyengine.kernel.envoy.EnvoyReader;
import io.policyengine.kernel.envoy.EnvoyWriter;
import io.policyengine.kernel.envoy.MutationRules;
import io.policyengine.kernel.worker.WorkerCalls;

/**
 * What the exchanges of one event loop share.
 *
 * @param workers this loop's way to the workers
 */
record Loop(
        Shared shared,
        WorkerCalls workers,
        EnvoyReader reader,
        EnvoyWriter writer,
        MutationRules rules,
        RouteNames routeNames,
        RequestIds requestIds,
        ErrorResponses errorResponses) {

    KernelConfig config() {
        return shared.config();
    }

    Ticker ticker() {
        return shared.ticker();
    }
}
