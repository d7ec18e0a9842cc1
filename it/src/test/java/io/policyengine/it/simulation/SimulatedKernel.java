package io.policyengine.it.simulation;

import io.micrometer.core.instrument.MeterRegistry;
import io.policyengine.core.config.EngineConfig;
import io.policyengine.core.config.files.ConfTexts;
import io.policyengine.core.time.Ticker;
import io.policyengine.core.work.executor.Executor;
import io.policyengine.kernel.account.Holder;
import io.policyengine.kernel.account.MemoryAccount;
import io.policyengine.kernel.change.LossGuard;
import io.policyengine.kernel.extproc.ExerciseMark;
import io.policyengine.kernel.extproc.ExtProcVerticle;
import io.policyengine.kernel.extproc.KernelContext;
import io.policyengine.kernel.generation.Candidate;
import io.policyengine.kernel.generation.Generation;
import io.policyengine.kernel.generation.Generations;
import io.policyengine.kernel.generation.Origin;
import io.policyengine.kernel.grpc.ConnectionBudget;
import io.policyengine.kernel.metrics.KernelMeters;
import io.policyengine.kernel.recorder.ExchangeObservers;
import io.policyengine.kernel.spans.Tracing;
import io.policyengine.kernel.worker.registry.WorkerConnectors;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.net.SocketAddress;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The kernel as {@code KernelVerticle} puts it together, but with a simulated clock, seeded randomness and no admin server. */
final class SimulatedKernel extends VerticleBase {
    private final EngineConfig config;
    private final WorkerConnectors workers;
    private final MeterRegistry metrics;
    private final Ticker ticker;
    private final RandomGenerator random;
    private final String socket;
    private final int loops;
    private final ConfTexts texts;
    private final List<ExtProcVerticle> servers = new ArrayList<>();
    private Consumer<EngineConfig> listener = _ -> {};
    private @Nullable Generations generations;
    private @Nullable KernelContext shared;
    private @Nullable Future<Void> drained;

    SimulatedKernel(
            EngineConfig config,
            WorkerConnectors workers,
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
        this.texts = ConfTexts.readBlocking(Path.of(socket).resolveSibling("conf"));
    }

    @Override
    public Future<?> start() {
        KernelMeters meters = new KernelMeters(metrics);
        Generations made = new Generations(vertx, workers, meters, InstantSource.system(), random, 0);
        AtomicInteger ids = new AtomicInteger();
        KernelContext common = new KernelContext(
                config,
                made::pinCurrent,
                1,
                new KernelContext.Effects(
                        ticker,
                        InstantSource.system(),
                        () -> "id-" + ids.incrementAndGet(),
                        Executor.ofProcess(metrics),
                        workers::unsentBytes),
                new KernelContext.Observation(meters, Tracing.none(), ExchangeObservers.NONE));
        shared = common;
        generations = made;
        made.onSwap(generation -> listener.accept(generation.config()));
        return made.activate(new Candidate(texts, config, Origin.START))
                .compose(_ -> vertx.deployVerticle(
                        () -> {
                            ExtProcVerticle server = new ExtProcVerticle(
                                    common,
                                    config.kernel().server(),
                                    listening -> listening.listen(SocketAddress.domainSocketAddress(socket)),
                                    this::drain,
                                    ConnectionBudget.ofProcess(metrics),
                                    () -> Future.succeededFuture(true),
                                    new ExerciseMark());
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
        return drain().eventually(
                        () -> Objects.requireNonNull(generations).registry().close());
    }

    /** Tells of every configuration that becomes current. */
    void onSwap(Consumer<EngineConfig> listener) {
        this.listener = listener;
    }

    /**
     * Gives it another configuration.
     *
     * @param strictly whether it is refused if anything is wrong with it, or one of its workers cannot be called
     */
    Future<?> reload(EngineConfig next, boolean strictly) {
        Generations made = Objects.requireNonNull(generations);
        Candidate candidate =
                new Candidate(texts, next, strictly ? Origin.API : Origin.FILES, LossGuard.FULL.allowingOpen());
        return strictly ? made.activateIfSound(candidate) : made.activate(candidate);
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

    /** The bytes that are held, by holder; those that hold none are left out. */
    Map<Holder, Long> heldBytes() {
        MemoryAccount account = Objects.requireNonNull(shared).account();
        Map<Holder, Long> held = new EnumMap<>(Holder.class);
        for (Holder holder : Holder.values()) {
            held.put(holder, account.held(holder));
        }
        held.values().removeIf(bytes -> bytes == 0);
        return held;
    }
}
