package io.policyengine.kernel.worker.registry;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.policyengine.core.config.EngineConfig;
import io.policyengine.core.config.KernelConfig;
import io.policyengine.core.config.WorkerEndpointConfig;
import io.policyengine.core.config.reading.ConfDirectory;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.worker.ChainSpec;
import io.policyengine.core.worker.PreparedChain;
import io.policyengine.core.worker.ProtocolVersion;
import io.policyengine.core.worker.WorkerConnector;
import io.policyengine.core.worker.WorkerDescription;
import io.policyengine.core.worker.WorkerException;
import io.policyengine.core.worker.WorkerException.Kind;
import io.policyengine.core.worker.WorkerHealth;
import io.policyengine.kernel.metrics.KernelMeters;
import io.policyengine.kernel.worker.Worker;
import io.policyengine.kernel.worker.life.HealthEvent;
import io.policyengine.kernel.worker.life.HealthState;
import io.policyengine.kernel.worker.life.ReplicaEvent;
import io.policyengine.kernel.worker.life.ReplicaState;
import io.policyengine.testkit.time.Await;
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
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * A registry whose worker has two replicas: one that is led from state to state, and another that does all it is asked for. What the led
 * one is, once it is accepted, follows from the chain that is live.
 */
final class ReplicaStage implements WorkerConnectors, RegistryListener, AutoCloseable {
    private static final WorkerDescription STRANGER =
            new WorkerDescription("stranger", "1", ProtocolVersion.CURRENT, 1, 1, List.of());

    private static final WorkerSet NOBODY = new WorkerSet(Map.of(), List.of());

    private final Context context;
    private final EngineConfig config;
    private final EngineConfig withoutLed;
    private final StagedReplica led = new StagedReplica(true);
    private final StagedReplica other = new StagedReplica(false);
    private final WorkerRegistry registry;
    private final WorkerSet set;
    private @Nullable Promise<WorkerDescription> question;
    /** It is to be away: what follows is done in the same turn, since it does not stay so for long. */
    private boolean falls;

    private ReplicaStage(Vertx vertx, KernelConfig both, KernelConfig withoutLed) {
        context = vertx.getOrCreateContext();
        config = new EngineConfig(both, List.of(), List.of(), List.of(), List.of());
        this.withoutLed = new EngineConfig(withoutLed, List.of(), List.of(), List.of(), List.of());
        registry = on(() ->
                new WorkerRegistry(vertx, this, new KernelMeters(new SimpleMeterRegistry()), new Random(1), this));
        set = on(() -> registry.join(config));
        live(StagedReplica.TAKEN);
    }

    static ReplicaStage start(Vertx vertx, Path directory, String name, int threshold) throws IOException {
        Path conf = Files.createDirectory(directory.resolve(name));
        String led = """
                    - { name: w, socket_path: /led, health_check_interval_ms: 20, health_check_timeout_ms: 30000, unhealthy_threshold: %d }
                """.formatted(threshold);
        return new ReplicaStage(vertx, kernel(conf, led), kernel(conf, ""));
    }

    private static KernelConfig kernel(Path conf, String led) throws IOException {
        Files.writeString(conf.resolve("kernel.yaml"), """
                policy_kernel:
                  workers:
                    - { name: w, socket_path: /other }
                """ + led);
        return ConfDirectory.read(conf, _ -> null).kernel();
    }

    @Override
    public void close() {
        on(registry::close);
    }

    /** Leads it to a state. */
    void lead(ReplicaState state) throws InterruptedException {
        question = led.question();
        switch (state) {
            case NEW -> {}
            case AWAY -> falls = true;
            case RETURNING -> {
                fall(() -> {});
                question = led.question();
            }
            case PREPARING -> {
                Await.until(() -> on(() -> set.workers().getFirst().isAvailable()));
                live(StagedReplica.MISSING);
                Await.until(() -> {
                    run(() -> led.describe(StagedReplica.SELF));
                    return isPreparing();
                });
            }
            case PREPARED -> accept(StagedReplica.TAKEN);
            case GONE -> run(this::leave);
        }
    }

    private boolean isPreparing() {
        return told().unavailableReason().equals("its chains are not prepared yet");
    }

    private void accept(long live) {
        Await.until(() -> on(() -> set.workers().getFirst().isAvailable()));
        Await.until(() -> {
            run(() -> led.describe(StagedReplica.SELF));
            return told().callable();
        });
        live(live);
    }

    private void fall(Runnable then) {
        run(() -> {
            question().fail(new WorkerException(Kind.UNREACHABLE, "nobody listens"));
            context.runOnContext(_ -> then.run());
        });
    }

    /** Causes an event of the replica. */
    void cause(ReplicaEvent event) throws InterruptedException {
        switch (event) {
            case ACCEPTED -> {
                live(StagedReplica.MISSING);
                run(() -> question().complete(StagedReplica.SELF));
            }
            case REJECTED -> run(() -> question().complete(STRANGER));
            case FAILED -> fall(() -> {});
            case LOST -> run(led::lose);
            case PAUSE_OVER -> {
                fall(() -> {});
                question = led.question();
            }
            case CHAINS_PREPARED -> live(StagedReplica.TAKEN);
            case CHAINS_MISSING -> live(StagedReplica.MISSING);
            case CANNOT_PREPARE -> Await.result(on(() -> prepare(StagedReplica.IMPOSSIBLE)));
            case CAUGHT_UP -> {
                Await.result(on(() -> prepare(StagedReplica.SLOW)));
                run(led.slowly::complete);
            }
            case DROPPED -> {
                if (falls) {
                    fall(this::leave);
                } else {
                    run(this::leave);
                }
            }
        }
    }

    /** Leads the health of the replica to a state. */
    void lead(HealthState state) throws InterruptedException {
        lead(ReplicaState.PREPARED);
        switch (state) {
            case WELL -> {}
            case SILENT -> {
                answer(false);
                Await.until(() -> told().unavailableReason().equals("it rests"));
                missCheck();
            }
            case NOT_SERVING -> answer(false);
        }
        Await.until(() -> isTold(state));
    }

    /** Causes an event of the health of the replica. */
    void cause(HealthEvent event) throws InterruptedException {
        switch (event) {
            case CHECK_DUE -> led.check();
            case DOUBTED -> doubt();
            case DOUBTED_AS_LAST -> {
                loseOther();
                doubt();
            }
            case SERVES -> answer(true);
            case SERVES_NOT -> answer(false);
            case MISSED, MISSED_TOO_OFTEN -> missCheck();
            case MISSED_AS_LAST -> {
                loseOther();
                missCheck();
            }
        }
    }

    private void doubt() {
        Worker worker = set.workers().getFirst();
        io.policyengine.kernel.worker.Replica replica = on(() ->
                Objects.requireNonNull(set.replicas().get(worker)).getLast().replica());
        worker.doubt(replica);
        run(() -> {});
    }

    private void loseOther() {
        run(other::lose);
        Await.until(() ->
                on(() -> !registry.reports().getFirst().replicas().getFirst().callable()));
    }

    private void answer(boolean serves) throws InterruptedException {
        Promise<WorkerHealth> check = led.check();
        run(() -> check.complete(new WorkerHealth(serves, serves ? "" : "it rests", Map.of())));
    }

    private void missCheck() throws InterruptedException {
        Promise<WorkerHealth> check = led.check();
        run(() -> check.fail(new WorkerException(Kind.TIMEOUT, "no answer")));
    }

    /** What people are told of it. */
    WorkerReport.Replica told() {
        return on(() -> registry.reports().getFirst().replicas().getLast());
    }

    /** Whether people come to be told this state of it. */
    boolean isTold(ReplicaState state, ReplicaEvent by) {
        boolean callable = state == ReplicaState.PREPARED;
        return isTold(callable, reason(state, by));
    }

    private static String reason(ReplicaState state, ReplicaEvent by) {
        return switch (state) {
            case NEW -> "it has not been reached yet";
            case AWAY, RETURNING ->
                switch (by) {
                    case REJECTED ->
                        "it calls itself 'stranger', but the configuration names it 'w'; use the same name in"
                                + " worker_core.name and policy_kernel.workers";
                    case LOST -> "the connection was lost";
                    case CANNOT_PREPARE -> "its chains could not be prepared: it cannot";
                    case ACCEPTED, FAILED, PAUSE_OVER, CHAINS_PREPARED, CHAINS_MISSING, CAUGHT_UP, DROPPED ->
                        "nobody listens";
                };
            case PREPARING -> "its chains are not prepared yet";
            case PREPARED -> "";
            case GONE -> "no configuration needs it any longer";
        };
    }

    /** Whether people come to be told this health of it. */
    boolean isTold(HealthState state) {
        return switch (state) {
            case WELL -> isTold(true, "");
            case SILENT -> isTold(false, "it does not answer health checks");
            case NOT_SERVING -> isTold(false, "it rests");
        };
    }

    private boolean isTold(boolean callable, String unavailableReason) {
        try {
            Await.until(() ->
                    told().callable() == callable && told().unavailableReason().equals(unavailableReason));
            return true;
        } catch (AssertionError never) {
            return false;
        }
    }

    private Promise<WorkerDescription> question() {
        return Objects.requireNonNull(question);
    }

    private void live(long chain) {
        run(() -> registry.adopt(set, config, registry.declarations(set), _ -> chains(chain)));
    }

    /** The other stays, as another configuration needs it. */
    private void leave() {
        registry.join(withoutLed);
        registry.leave(set);
    }

    /** Has a draft prepared. */
    private Future<Map<Long, PreparedChain>> prepare(long draft) {
        return registry.prepare("w", 2, chains(draft), registry.declarations(set), false);
    }

    private static List<ChainSpec> chains(long... ids) {
        return LongStream.of(ids)
                .mapToObj(id -> new ChainSpec(id, "/" + id, Phase.REQUEST, List.of()))
                .toList();
    }

    private void run(Runnable action) {
        on(() -> {
            action.run();
            return true;
        });
    }

    /** Does it on the registry's event loop, and waits for it. */
    private <T> T on(Supplier<T> action) {
        Promise<T> done = Promise.promise();
        context.runOnContext(_ -> {
            try {
                done.complete(action.get());
            } catch (Throwable failure) {
                done.fail(failure);
            }
        });
        return Await.result(done.future());
    }

    @Override
    public void replicasChanged(String worker) {
        registry.prepare(worker, 1, chains(StagedReplica.TAKEN), registry.declarations(NOBODY), false);
    }

    @Override
    public void declarationsChanged() {}

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
        return place(worker).equals("/led") ? led : other;
    }
}
