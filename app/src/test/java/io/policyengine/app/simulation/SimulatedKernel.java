package io.policyengine.app.simulation;

import io.micrometer.core.instrument.MeterRegistry;
import io.policyengine.core.config.EngineConfig;
import io.policyengine.core.time.Ticker;
import io.policyengine.kernel.extproc.ExtProcVerticle;
import io.policyengine.kernel.extproc.Shared;
import io.policyengine.kernel.generation.Generation;
import io.policyengine.kernel.generation.Generations;
import io.policyengine.kernel.metrics.KernelMeters;
import io.policyengine.kernel.worker.WorkerRegistry;
import io.policyengine.kernel.worker.WorkerSpec;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The kernel as {@code KernelVerticle} puts it together, but with a simulated clock, seeded randomness and no admin server. */
final class SimulatedKernel extends VerticleBase {
    private final EngineConfig config;
    private final List<WorkerSpec> workers;
    private final MeterRegistry metrics;
    private final Ticker ticker;
    private final RandomGenerator random;
    private final String socket;
    private final int loops;
    private final List<ExtProcVerticle> servers = new ArrayList<>();
    private @Nullable WorkerRegistry registry;
    private @Nullable Generations generations;
    private @Nullable Shared shared;
    private @Nullable Future<Void> drained;

    SimulatedKernel(
            EngineConfig config,
            List<WorkerSpec> workers,
            MeterRegistry metrics,
            Ticker ticker,
            RandomGenerator random,
            String socket,
            int loops) {
        this.config = config;
        this.workers = workers;
        this.metrics = metrics;
        this.ticker = ticker;
        this.random = random;
        this.socket = socket;
        this.loops = loops;
    }

    @Override
    public Future<?> start() {
        KernelMeters meters = new KernelMeters(metrics);
        WorkerRegistry known = new WorkerRegistry(vertx, workers, meters, random);
        Generations made = new Generations(vertx, known, meters, config, 0);
        AtomicInteger ids = new AtomicInteger();
        Shared common = new Shared(config.kernel(), made, ticker, () -> "id-" + ids.incrementAndGet(), meters);
        registry = known;
        shared = common;
        generations = made;
        known.start(made);
        return made.start()
                .compose(_ -> vertx.deployVerticle(
                        () -> {
                            ExtProcVerticle server = new ExtProcVerticle(
                                    common,
                                    listening -> listening.listen(SocketAddress.domainSocketAddress(socket)),
                                    this::drain,
                                    () -> {});
                            servers.add(server);
                            return server;
                        },
                        new DeploymentOptions().setInstances(loops)));
    }

    private Future<Void> drain() {
        if (drained == null) {
            drained = Future.join(
                            servers.stream().map(ExtProcVerticle::shutdown).toList())
                    .mapEmpty();
        }
        return drained;
    }

    @Override
    public Future<?> stop() {
        return drain().eventually(() -> Objects.requireNonNull(registry).close());
    }

    /** Whether every route can be served. */
    boolean isReady() {
        Generation current = Objects.requireNonNull(generations).current();
        return current != null
                && current.plans().stream().allMatch(plan -> plan.refusal() == null && plan.missingWorker() == null);
    }

    /** Exchanges that hold a place in the kernel. */
    int activeExchanges() {
        return Objects.requireNonNull(shared).active();
    }

    /** Bytes that messages hold. */
    long bufferedBytes() {
        return Objects.requireNonNull(shared).bufferedBytes();
    }
}
