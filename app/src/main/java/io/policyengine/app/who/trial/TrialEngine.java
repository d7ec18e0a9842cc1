package io.policyengine.app.who.trial;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.policyengine.core.config.EngineConfig;
import io.policyengine.core.config.Overrides;
import io.policyengine.core.config.WorkerEndpointConfig;
import io.policyengine.core.config.files.ConfTexts;
import io.policyengine.core.config.reading.ConfDirectory;
import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.metrics.EngineRegistry;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.time.Ticker;
import io.policyengine.core.vertx.EngineVertx;
import io.policyengine.core.work.executor.Executor;
import io.policyengine.core.worker.WorkerConnector;
import io.policyengine.kernel.KernelHost;
import io.policyengine.kernel.KernelVerticle;
import io.policyengine.kernel.reload.KernelStart;
import io.policyengine.kernel.worker.registry.WorkerConnectors;
import io.policyengine.testkit.envoy.EnvoySim;
import io.policyengine.testkit.envoy.SimRequest;
import io.policyengine.testkit.envoy.SimResponse;
import io.policyengine.testkit.envoy.SimResult;
import io.policyengine.testkit.envoy.Upstream;
import io.policyengine.testkit.envoy.model.FilterConfig;
import io.policyengine.worker.EmbeddedWorker;
import io.policyengine.worker.LocalWorker;
import io.policyengine.worker.PolicyRegistry;
import io.policyengine.worker.WorkerOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.SocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A kernel in this process, with workers that run stand-ins. It processes one request at a time and calls no other
 * server.
 */
final class TrialEngine implements AutoCloseable {
    /** Maximum time for a trial's engine to start and for each of its answers. */
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Vertx vertx = EngineVertx.create();
    private final EngineRegistry metrics = new EngineRegistry();
    private final Executor work = Executor.ofProcess(new SimpleMeterRegistry());
    private final AtomicReference<TrialCase> present = new AtomicReference<>(TrialCase.empty());
    private final Map<String, List<StandInFactory>> standIns;
    private final KernelVerticle kernel;

    private TrialEngine(List<TrialRoute> routes, ConfTexts texts) {
        this.standIns = routes.stream()
                .flatMap(route -> factories(route).stream())
                .collect(Collectors.groupingBy(factory -> TrialConf.workerOf(factory.entry())));
        EngineConfig config = ConfDirectory.parse(texts, _ -> null);
        this.kernel = new KernelVerticle(
                new KernelStart(texts, config),
                new KernelHost(_ -> null, new Connectors(), _ -> {}, metrics, 1, List::of, InstantSource.system()));
    }

    /** Starts a trial's engine with the given routes. */
    static TrialEngine startBlocking(List<TrialRoute> routes, Overrides overrides) {
        TrialEngine engine = new TrialEngine(routes, new TrialConf(overrides).write(routes));
        awaitBlocking(engine.vertx.deployVerticle(engine.kernel));
        awaitBlocking(engine.kernel.firstReady());
        return engine;
    }

    private List<StandInFactory> factories(TrialRoute route) {
        List<StandInFactory> factories = new ArrayList<>();
        for (Phase phase : Phase.values()) {
            for (int i = 0; i < route.flow(phase).size(); i++) {
                factories.add(new StandInFactory(
                        route.standIn(phase, i), route.flow(phase).get(i), present::get));
            }
        }
        return factories;
    }

    private final class Connectors implements WorkerConnectors {
        @Override
        public String place(WorkerEndpointConfig worker) {
            return EMBEDDED;
        }

        @Override
        public @Nullable String mismatch(List<WorkerEndpointConfig> workers) {
            return null;
        }

        @Override
        public WorkerConnector connect(WorkerEndpointConfig worker, EngineConfig config) {
            WorkerOptions options = WorkerOptions.defaults(worker.name(), "trial", Path.of("."))
                    .with(patient -> patient.requestTimeout(PATIENCE).policyTimeout(PATIENCE));
            LocalWorker local = new LocalWorker(
                    vertx,
                    options,
                    PolicyRegistry.of(standIns.getOrDefault(worker.name(), List.of())),
                    new SimpleMeterRegistry(),
                    InstantSource.system(),
                    Ticker.SYSTEM,
                    work);
            return TrialConnector.of(new EmbeddedWorker(local), present::get);
        }
    }

    /**
     * Sends a request through the chains of a route, with the circumstances of a case, to an upstream. Chains that are
     * still being prepared are awaited.
     */
    SimResult exchangeBlocking(TrialRoute route, SimRequest request, SimResponse response, TrialCase with) {
        present.set(with);
        EnvoySim envoy = EnvoySim.builder(vertx)
                .target(SocketAddress.inetSocketAddress(kernel.port(), "127.0.0.1"))
                .filter(FilterConfig.builder()
                        .routeName(route.name())
                        .responseAttribute("response.code_details", "via_upstream")
                        .allowModeOverride(true)
                        .messageTimeout(PATIENCE)
                        .build())
                .build();
        try {
            long end = Ticker.SYSTEM.nanoTime() + PATIENCE.toNanos();
            SimResult result;
            do {
                result = awaitBlocking(envoy.exchange(request, Upstream.replying(response)));
            } while (isUnprepared(result) && Ticker.SYSTEM.nanoTime() - end < 0);
            if (isUnprepared(result)) {
                throw new IllegalStateException("the trial's engine has not prepared a chain within " + PATIENCE);
            }
            return result;
        } finally {
            awaitBlocking(envoy.shutdown());
            present.set(TrialCase.empty());
        }
    }

    /** Returns whether the kernel refused a request because a chain is not prepared. No case has this effect. */
    private static boolean isUnprepared(SimResult result) {
        return result.details().contains(ErrorCode.WORKER_UNAVAILABLE.name().toLowerCase(Locale.ROOT));
    }

    @Override
    public void close() {
        awaitBlocking(vertx.close());
    }

    private static <T> T awaitBlocking(Future<T> future) {
        return future.toCompletionStage().toCompletableFuture().join();
    }
}
