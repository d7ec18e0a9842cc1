package io.policyengine.kernel.worker.registry;

import io.policyengine.core.config.EngineConfig;
import io.policyengine.core.config.KernelConfig;
import io.policyengine.core.config.WorkerEndpointConfig;
import io.policyengine.core.config.reading.ConfDirectory;
import io.policyengine.core.metrics.EngineRegistry;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.worker.ChainSpec;
import io.policyengine.core.worker.PreparedChain;
import io.policyengine.core.worker.ProtocolVersion;
import io.policyengine.core.worker.WorkerConnector;
import io.policyengine.core.worker.WorkerControl;
import io.policyengine.core.worker.WorkerDescription;
import io.policyengine.core.worker.WorkerHealth;
import io.policyengine.core.worker.WorkerLink;
import io.policyengine.kernel.metrics.KernelMeters;
import io.policyengine.kernel.worker.Worker;
import io.policyengine.kernel.worker.ownership.Declarations;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** A registry of one worker, whose replicas answer as a test tells them. */
abstract class RegistryFixture {
    static final WorkerDescription DESCRIPTION =
            new WorkerDescription("default-worker", "1", ProtocolVersion.CURRENT, 1, 1, List.of());

    static final ChainSpec LIVE = new ChainSpec(1, "/", Phase.REQUEST, List.of());

    @TempDir
    private Path directory;

    private final Vertx vertx = Vertx.vertx();
    final Context context = vertx.getOrCreateContext();
    /** Steps that went on, with what was prepared by then. */
    final List<Map<Long, PreparedChain>> steps = new CopyOnWriteArrayList<>();

    /** What live generations have. */
    private volatile List<ChainSpec> live = List.of(LIVE);

    final AtomicInteger refusals = new AtomicInteger();
    final EngineRegistry metrics = new EngineRegistry();
    volatile @Nullable WorkerRegistry registry;

    @AfterEach
    void stop() throws Exception {
        vertx.close().await(30, TimeUnit.SECONDS);
    }

    Map<Long, PreparedChain> prepare(List<ChainSpec> chains) {
        Promise<Map<Long, PreparedChain>> found = Promise.promise();
        context.runOnContext(_ -> registry()
                .prepare("default-worker", 2, chains, declared(registry()), false)
                .onComplete(found));
        return found.future().await();
    }

    void adopt(List<ChainSpec> live) {
        adopt(live, KernelConfig.defaults());
    }

    void adopt(List<ChainSpec> live, KernelConfig kernel) {
        this.live = live;
        Promise<Void> adopted = Promise.promise();
        context.runOnContext(_ -> {
            EngineConfig config = new EngineConfig(kernel, List.of(), List.of(), List.of(), List.of());
            WorkerSet set = registry().join(config);
            registry().adopt(set, config, registry().declarations(set), _ -> live);
            adopted.complete();
        });
        adopted.future().await();
    }

    WorkerRegistry registry() {
        return Objects.requireNonNull(registry);
    }

    private static Declarations declared(WorkerRegistry registry) {
        return registry.declarations(new WorkerSet(Map.of(), List.of()));
    }

    static PreparedChain good(ChainSpec chain) {
        return new PreparedChain(chain.id(), List.of());
    }

    /** Waits until what was to be done on the registry's event loop is done. */
    void onContext() {
        Promise<Void> after = Promise.promise();
        context.runOnContext(_ -> after.complete());
        after.future().await();
    }

    static Future<List<PreparedChain>> prepared() {
        return Future.succeededFuture(List.of(good(LIVE)));
    }

    /** A worker with two replicas; no regular check comes in a test's time. */
    KernelConfig twoCheckedHourly() throws IOException {
        return twoChecked(3_600_000);
    }

    KernelConfig twoChecked(long intervalMillis) throws IOException {
        Files.writeString(directory.resolve("kernel.yaml"), """
                policy_kernel:
                  workers:
                    - { name: default-worker, socket_path: /a, health_check_interval_ms: %1$d, health_check_timeout_ms: 20 }
                    - { name: default-worker, socket_path: /b, health_check_interval_ms: %1$d, health_check_timeout_ms: 20 }
                """.formatted(intervalMillis));
        return ConfDirectory.read(directory, _ -> null).kernel();
    }

    Worker start(Replica replica) {
        return start(replica, KernelConfig.defaults());
    }

    Worker start(WorkerConnectors connectors, KernelConfig kernel) {
        Promise<Worker> started = Promise.promise();
        context.runOnContext(_ -> {
            Listener listener = new Listener(started, steps, refusals);
            WorkerRegistry made =
                    new WorkerRegistry(vertx, connectors, new KernelMeters(metrics), new Random(1), listener);
            listener.registry = made;
            registry = made;
            EngineConfig config = new EngineConfig(kernel, List.of(), List.of(), List.of(), List.of());
            WorkerSet set = made.join(config);
            made.adopt(set, config, made.declarations(set), _ -> List.of(LIVE));
            started.complete(set.workers().getFirst());
        });
        return started.future().await();
    }

    /** Prepares each replica that is accepted. */
    private final class Listener implements RegistryListener {
        private final Promise<Worker> started;
        private final List<Map<Long, PreparedChain>> steps;
        private final AtomicInteger refusals;

        @Nullable
        WorkerRegistry registry;

        Listener(Promise<Worker> started, List<Map<Long, PreparedChain>> steps, AtomicInteger refusals) {
            this.refusals = refusals;
            this.started = started;
            this.steps = steps;
        }

        @Override
        public void replicasChanged(String worker) {
            WorkerRegistry asked = Objects.requireNonNull(registry);
            asked.prepare(worker, 1, live, declared(asked), false)
                    .onSuccess(steps::add)
                    .onFailure(started::tryFail);
        }

        @Override
        public void declarationsChanged() {
            refusals.incrementAndGet();
        }
    }

    /** Each at a socket of its own, {@code /a} and {@code /b}. */
    record TwoReplicas(Replica first, Replica second) implements WorkerConnectors {
        @Override
        public String place(WorkerEndpointConfig worker) {
            return Objects.requireNonNull(worker.socketPath());
        }

        @Override
        public @Nullable String mismatch(List<WorkerEndpointConfig> workers) {
            return null;
        }

        @Override
        public WorkerConnector connect(WorkerEndpointConfig worker, EngineConfig config) {
            return place(worker).equals("/a") ? first : second;
        }
    }

    /** A replica that describes and prepares itself as it is told. */
    static final class Replica implements WorkerConnectors, WorkerConnector, WorkerControl {
        final List<String> connects = new CopyOnWriteArrayList<>();
        final List<Runnable> lost = new CopyOnWriteArrayList<>();
        final AtomicInteger checks = new AtomicInteger();
        volatile boolean silent;
        /** What it says of its policies. */
        volatile Map<String, String> unwell = Map.of();

        private final IntFunction<Future<WorkerDescription>> describe;
        volatile Future<List<PreparedChain>> prepared;

        Replica(IntFunction<Future<WorkerDescription>> describe, Future<List<PreparedChain>> prepared) {
            this.describe = describe;
            this.prepared = prepared;
        }

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
            return this;
        }

        @Override
        public String address() {
            return "told";
        }

        @Override
        public Future<WorkerControl> connect(Runnable told) {
            connects.add(Thread.currentThread().getName());
            lost.add(told);
            return Future.succeededFuture(this);
        }

        @Override
        public Future<WorkerDescription> describe() {
            return describe.apply(connects.size());
        }

        @Override
        public Future<WorkerHealth> checkHealth() {
            checks.incrementAndGet();
            return silent
                    ? Promise.<WorkerHealth>promise().future()
                    : Future.succeededFuture(new WorkerHealth(true, "", unwell));
        }

        @Override
        public Future<List<PreparedChain>> prepare(long generation, List<ChainSpec> chains) {
            return prepared;
        }

        @Override
        public Future<Void> release(List<Long> chainIds) {
            return Future.succeededFuture();
        }

        @Override
        public WorkerLink link() {
            throw new AssertionError("nothing is called");
        }

        @Override
        public Future<Void> close() {
            return Future.succeededFuture();
        }
    }
}
