package io.policyengine.kernel.extproc;

import io.policyengine.core.config.KernelConfig;
import io.policyengine.core.time.DeadlineWheel;
import io.policyengine.core.time.Ticker;
import io.policyengine.kernel.aggregate.RunTools;
import io.policyengine.kernel.body.BodyTools;
import io.policyengine.kernel.envoy.EnvoyReader;
import io.policyengine.kernel.envoy.EnvoyWriter;
import io.policyengine.kernel.envoy.MutationRules;
import io.policyengine.kernel.overload.LoopLimit;
import io.policyengine.kernel.recorder.ExchangeRecords;
import io.policyengine.kernel.trace.HeadSampling;
import io.policyengine.kernel.worker.call.WorkerCalls;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.random.RandomGenerator;

/**
 * The context that the exchanges of one event loop share, in one generation.
 *
 * @param config the settings of the generation
 * @param exchanges the exchanges with open streams
 * @param limit the limit of admitted exchanges
 * @param runTools the tools that all runs of chains share
 * @param bodies the parts of the context that bodies need
 * @param sampling decides which exchanges are traced
 * @param records the records of the event loop's exchanges
 * @param untold the facts of exchanges before their first message
 */
record LoopContext(
        Vertx vertx,
        KernelContext shared,
        KernelConfig config,
        DeadlineWheel deadlines,
        LoopExchanges exchanges,
        LoopLimit limit,
        RunTools runTools,
        EnvoyReader reader,
        EnvoyWriter writer,
        RouteNames routeNames,
        RequestIds requestIds,
        ErrorResponses errorResponses,
        BodyTools bodies,
        HeadSampling sampling,
        ExchangeRecords records,
        ExchangeFacts untold) {
    static LoopContext of(Vertx vertx, KernelContext shared, KernelConfig config) {
        DeadlineWheel deadlines = DeadlineWheel.on(vertx, shared.ticker());
        Context context = vertx.getOrCreateContext();
        LoopLimit limit = new LoopLimit(
                shared.ticker(),
                task -> context.runOnContext(_ -> task.run()),
                RandomGenerator.getDefault(),
                config.limits().adaptive());
        shared.limits().add(limit);
        ExchangeRecords records = new ExchangeRecords(shared.observers().onLoop(vertx));
        return of(
                vertx,
                shared,
                config,
                deadlines,
                new LoopExchanges(),
                limit,
                new WorkerCalls(vertx, shared.ticker(), RandomGenerator.getDefault(), shared.limits()::loops),
                records);
    }

    private static LoopContext of(
            Vertx vertx,
            KernelContext shared,
            KernelConfig config,
            DeadlineWheel deadlines,
            LoopExchanges exchanges,
            LoopLimit limit,
            WorkerCalls workers,
            ExchangeRecords records) {
        EnvoyWriter writer = new EnvoyWriter(
                config.envoy().receivingNamespaces(), config.envoy().receivingTypedNamespaces());
        return new LoopContext(
                vertx,
                shared,
                config,
                deadlines,
                exchanges,
                limit,
                new RunTools(
                        shared.ticker(),
                        workers,
                        MutationRules.of(config.envoy()),
                        config.pathRules(),
                        config.limits().phaseTimeout(),
                        config.limits().maxStateSizeBytes()),
                new EnvoyReader(config.trustedHops()),
                writer,
                new RouteNames(config),
                new RequestIds(shared.freshIds()),
                new ErrorResponses(config),
                new BodyTools(shared.work(), config, deadlines, shared.ticker(), writer, shared.account()),
                shared.tracing().sampling(config.observability().tracing()),
                records,
                ExchangeFacts.untold(shared.unknownRoute()));
    }

    /** Returns the context of the event loop with the settings of another generation. */
    LoopContext with(KernelConfig settings) {
        limit.apply(settings.limits().adaptive());
        return of(vertx, shared, settings, deadlines, exchanges, limit, workers(), records);
    }

    Ticker ticker() {
        return shared.ticker();
    }

    WorkerCalls workers() {
        return runTools.workers();
    }

    MutationRules rules() {
        return runTools.rules();
    }
}
