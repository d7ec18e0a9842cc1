package io.policyengine.kernel.extproc;

import io.policyengine.core.config.EnvoyConfig;
import io.policyengine.core.config.KernelConfig;
import io.policyengine.core.time.DeadlineWheel;
import io.policyengine.core.time.Ticker;
import io.policyengine.kernel.envoy.EnvoyReader;
import io.policyengine.kernel.envoy.EnvoyWriter;
import io.policyengine.kernel.envoy.MutationRules;
import io.policyengine.kernel.worker.WorkerCalls;
import io.vertx.core.Vertx;
import org.jspecify.annotations.Nullable;

/**
 * What the exchanges of one event loop share.
 *
 * @param workers this loop's way to the workers
 */
record Loop(
        Vertx vertx,
        Shared shared,
        DeadlineWheel deadlines,
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

    /**
     * Calls back when half of Envoy's message timeout is over, to ask it for more time ({@code override_message_timeout}); null
     * where it grants none.
     */
    DeadlineWheel.@Nullable Deadline askForMoreTime(Runnable ask) {
        EnvoyConfig envoy = config().envoy();
        return envoy.patience().equals(envoy.messageTimeout())
                ? null
                : deadlines.add(ticker().nanoTime() + envoy.messageTimeout().toNanos() / 2, ask);
    }

    Ticker ticker() {
        return shared.ticker();
    }
}
