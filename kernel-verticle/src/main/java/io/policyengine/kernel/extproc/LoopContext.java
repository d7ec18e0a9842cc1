package io.policyengine.kernel.extproc;

import io.policyengine.core.config.EnvoyConfig;
import io.policyengine.core.config.KernelConfig;
import io.policyengine.core.time.DeadlineWheel;
import io.policyengine.core.time.Ticker;
import io.policyengine.kernel.envoy.EnvoyReader;
import io.policyengine.kernel.envoy.EnvoyWriter;
import io.policyengine.kernel.envoy.MutationRules;
import io.policyengine.kernel.worker.call.WorkerCalls;
import io.vertx.core.Vertx;
import org.jspecify.annotations.Nullable;

/**
 * What the exchanges of one event loop and of one generation share.
 *
 * @param config the settings of the generation
 * @param workers this loop's way to the workers
 */
record LoopContext(
        Vertx vertx,
        KernelContext shared,
        KernelConfig config,
        DeadlineWheel deadlines,
        WorkerCalls workers,
        EnvoyReader reader,
        EnvoyWriter writer,
        MutationRules rules,
        RouteNames routeNames,
        RequestIds requestIds,
        ErrorResponses errorResponses) {
    /** What the first exchanges of an event loop share. */
    static LoopContext of(Vertx vertx, KernelContext shared, KernelConfig config) {
        DeadlineWheel deadlines = DeadlineWheel.on(vertx, shared.ticker());
        return of(vertx, shared, config, deadlines, new WorkerCalls(vertx, shared.ticker()));
    }

    private static LoopContext of(
            Vertx vertx, KernelContext shared, KernelConfig config, DeadlineWheel deadlines, WorkerCalls workers) {
        return new LoopContext(
                vertx,
                shared,
                config,
                deadlines,
                workers,
                new EnvoyReader(config.trustedHops()),
                new EnvoyWriter(config.envoy().receivingNamespaces()),
                MutationRules.of(config.envoy()),
                new RouteNames(config),
                new RequestIds(shared.freshIds()),
                new ErrorResponses(config));
    }

    /** The same event loop with the settings of another generation. */
    LoopContext with(KernelConfig settings) {
        return of(vertx, shared, settings, deadlines, workers);
    }

    /**
     * Calls back when half of Envoy's message timeout is over, to ask it for more time ({@code override_message_timeout}); null
     * where it grants none.
     */
    DeadlineWheel.@Nullable Deadline askForMoreTime(Runnable ask) {
        EnvoyConfig envoy = config.envoy();
        return envoy.patience().equals(envoy.messageTimeout())
                ? null
                : deadlines.add(ticker().nanoTime() + envoy.messageTimeout().toNanos() / 2, ask);
    }

    Ticker ticker() {
        return shared.ticker();
    }
}
