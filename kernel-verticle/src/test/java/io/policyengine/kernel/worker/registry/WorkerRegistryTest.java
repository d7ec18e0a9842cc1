package io.policyengine.kernel.worker.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.config.EngineConfig;
import io.policyengine.core.config.KernelConfig;
import io.policyengine.core.config.WorkerEndpointConfig;
import io.policyengine.core.config.reading.ConfDirectory;
import io.policyengine.core.metrics.EngineRegistry;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.EntryFacts;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.PolicyDescriptor;
import io.policyengine.core.worker.ChainSpec;
import io.policyengine.core.worker.DeclaredPolicy;
import io.policyengine.core.worker.PreparedChain;
import io.policyengine.core.worker.ProtocolVersion;
import io.policyengine.core.worker.WorkerConnector;
import io.policyengine.core.worker.WorkerControl;
import io.policyengine.core.worker.WorkerDescription;
import io.policyengine.core.worker.WorkerException;
import io.policyengine.core.worker.WorkerException.Kind;
import io.policyengine.core.worker.WorkerHealth;
import io.policyengine.core.worker.WorkerLink;
import io.policyengine.kernel.metrics.KernelMeters;
import io.policyengine.kernel.worker.Worker;
import io.policyengine.kernel.worker.WorkerChain;
import io.policyengine.kernel.worker.ownership.Declarations;
import io.policyengine.testkit.log.CapturedLog;
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
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.JsonNodeFactory;

/** How the registry reaches its workers, and what it does when they fail on the way. */
class WorkerRegistryTest {
    private static final WorkerDescription DESCRIPTION =
            new WorkerDescription("default-worker", "1", ProtocolVersion.CURRENT, 1, 1, List.of());
    private static final WorkerDescription WITH_A_POLICY = new WorkerDescription(
            "default-worker",
            "1",
            ProtocolVersion.CURRENT,
            1,
            1,
            List.of(new DeclaredPolicy(
                    PolicyDescriptor.headersOnly("stores", "1", "Stores.", Set.of(Phase.REQUEST), Set.of()),
                    JsonNodeFactory.instance.objectNode())));
    private static final String HEALTH = "policy_kernel_policy_health{policy=\"stores\",worker=\"default-worker\"}";
    private static final ChainSpec LIVE = new ChainSpec(1, "/", Phase.REQUEST, List.of());
    private static final PreparedChain BAD =
            new PreparedChain(1, List.of(new PreparedChain.Entry(true, List.of(), BodyNeed.NONE, EntryFacts.none())));
    private static final ChainSpec OF_A_DRAFT = new ChainSpec(2, "/new", Phase.REQUEST, List.of());

    @TempDir
    private Path directory;

    private final Vertx vertx = Vertx.vertx();
    private final Context context = vertx.getOrCreateContext();
    /** Steps that went on, with what was prepared by then. */
    private final List<Map<Long, PreparedChain>> steps = new CopyOnWriteArrayList<>();

    /** What live generations have. */
    private volatile List<ChainSpec> live = List.of(LIVE);

    private final AtomicInteger refusals = new AtomicInteger();
    private final EngineRegistry metrics = new EngineRegistry();
    private volatile @Nullable WorkerRegistry registry;

    @AfterEach
    void stop() throws Exception {
        vertx.close().await(30, TimeUnit.SECONDS);
    }

    @Test
    void aWorkerThatNeverAnswersIsAskedAgainOnTheSameEventLoop() {
        Replica replica = new Replica(_ -> Promise.<WorkerDescription>promise().future(), prepared());

        start(replica);

        Await.until(() -> replica.connects.size() >= 3);
        assertThat(replica.connects).allMatch(replica.connects.getFirst()::equals);
    }

    @Test
    void aWorkerThatCannotBePreparedIsAskedAtGrowingIntervals() {
        Replica replica = new Replica(
                _ -> Future.succeededFuture(DESCRIPTION),
                Future.failedFuture(new WorkerException(Kind.INVALID_ANSWER, "nonsense")));
        long begun = System.nanoTime();

        start(replica);

        Await.until(() -> replica.connects.size() >= 6);
        // Pauses of at least 25, 50, 100, 200 and 400 ms lie between six attempts.
        assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun)).isGreaterThanOrEqualTo(775);
    }

    @Test
    void aLossWhileItIsDescribedLeadsToOneNewConnection() {
        Promise<WorkerDescription> first = Promise.promise();
        Replica replica =
                new Replica(attempt -> attempt == 1 ? first.future() : Future.succeededFuture(DESCRIPTION), prepared());
        Worker worker = start(replica);
        Await.until(() -> replica.lost.size() == 1);

        context.runOnContext(_ -> {
            replica.lost.getFirst().run();
            first.fail(new WorkerException(Kind.CONNECTION_LOST, "gone"));
        });

        Await.until(worker::isAvailable);
        assertThat(replica.connects).hasSize(2);
    }

    @Test
    void aReplicaThatTakesLongToPrepareIsNotCalledUntilItIsDone() {
        Promise<List<PreparedChain>> slow = Promise.promise();
        Replica replica = new Replica(_ -> Future.succeededFuture(DESCRIPTION), slow.future());
        Worker worker = start(replica);
        Await.until(() -> steps.size() == 1);
        boolean meanwhile = worker.isAvailable();

        context.runOnContext(_ -> slow.complete(List.of(good(LIVE))));

        Await.until(worker::isAvailable);
        assertThat(meanwhile).isFalse();
        assertThat(replica.connects).hasSize(1);
    }

    @Test
    void aReplicaThatServesGoesOnServingThoughItTakesLongToPrepareWhatIsNew() {
        Promise<List<PreparedChain>> slow = Promise.promise();
        Replica replica = new Replica(_ -> Future.succeededFuture(DESCRIPTION), prepared());
        Worker worker = start(replica);
        Await.until(worker::isAvailable);

        replica.prepared = slow.future();
        Map<Long, PreparedChain> found = prepare(List.of(LIVE, OF_A_DRAFT));

        assertThat(found).containsOnlyKeys(LIVE.id());
        assertThat(worker.isAvailable()).isTrue();
        adopt(List.of(LIVE, OF_A_DRAFT));
        assertThat(worker.isAvailable()).isTrue();
        assertThat(remarksOnWorkers())
                .containsExactly("worker 'default-worker' has not prepared 1 chains yet: exchanges of their routes are"
                        + " refused until it has");
        context.runOnContext(_ -> slow.complete(List.of(good(OF_A_DRAFT))));
        Await.until(() -> remarksOnWorkers().isEmpty());
        assertThat(worker.isAvailable()).isTrue();
        assertThat(replica.connects).hasSize(1);
    }

    @Test
    void aReplicaThatServesAndCannotPrepareWhatIsNewIsAskedAgainWhileItServes() {
        Replica replica = new Replica(_ -> Future.succeededFuture(DESCRIPTION), prepared());
        Worker worker = start(replica);
        Await.until(worker::isAvailable);

        replica.prepared = Future.failedFuture(new WorkerException(Kind.TIMEOUT, "it takes very long"));
        Map<Long, PreparedChain> found = prepare(List.of(LIVE, OF_A_DRAFT));

        assertThat(found).containsOnlyKeys(LIVE.id());
        assertThat(worker.isAvailable()).isTrue();
        assertThat(replica.connects).hasSize(1);
        adopt(List.of(LIVE, OF_A_DRAFT));
        assertThat(worker.isAvailable()).isTrue();
        replica.prepared = Future.succeededFuture(List.of(good(OF_A_DRAFT)));
        Await.until(() -> remarksOnWorkers().isEmpty());
        assertThat(replica.connects).hasSize(1);
    }

    @Test
    void ofTwoReplicasTheOneThatHasAChainIsCalledForItAloneAndBothForTheOthers() throws IOException {
        Replica slow = new Replica(_ -> Future.succeededFuture(DESCRIPTION), prepared());
        Replica quick = new Replica(_ -> Future.succeededFuture(DESCRIPTION), prepared());
        Worker worker = start(new TwoReplicas(slow, quick), twoCheckedHourly());
        Await.until(() -> worker.available().size() == 2);
        Promise<List<PreparedChain>> late = Promise.promise();

        slow.prepared = late.future();
        quick.prepared = Future.succeededFuture(List.of(good(OF_A_DRAFT)));
        prepare(List.of(LIVE, OF_A_DRAFT));
        adopt(List.of(LIVE, OF_A_DRAFT), twoCheckedHourly());

        assertThat(callable(worker, LIVE)).hasSize(2);
        assertThat(callable(worker, OF_A_DRAFT)).containsExactly(quick);
        assertThat(remarksOnWorkers()).isEmpty();
        context.runOnContext(_ -> late.complete(List.of(good(OF_A_DRAFT))));
        Await.until(() -> callable(worker, OF_A_DRAFT).size() == 2);
    }

    private static List<WorkerConnector> callable(Worker worker, ChainSpec chain) {
        return new WorkerChain(worker, chain.id())
                .available().stream()
                        .map(io.policyengine.kernel.worker.Replica::connector)
                        .toList();
    }

    @Test
    void aReplicaWhoseConnectionIsLostWhileItPreparesADraftIsNotCalled() {
        Replica replica = new Replica(_ -> Future.succeededFuture(DESCRIPTION), prepared());
        Worker worker = start(replica);
        Await.until(worker::isAvailable);

        replica.prepared = Future.failedFuture(new WorkerException(Kind.CONNECTION_LOST, "it is gone"));
        prepare(List.of(LIVE, OF_A_DRAFT));

        assertThat(worker.isAvailable()).isFalse();
    }

    @Test
    void aReplicaThatRefusesWhatAnotherTakesIsCalledForTheOtherChainsAndAloneForAllWhileTheOtherIsNotWell()
            throws IOException {
        Replica refuses = new Replica(_ -> Future.succeededFuture(DESCRIPTION), Future.succeededFuture(List.of(BAD)));
        Replica takes = new Replica(_ -> Future.succeededFuture(DESCRIPTION), prepared());
        Worker worker = start(new TwoReplicas(refuses, takes), twoChecked(20));
        Await.until(() -> worker.available().size() == 2);
        Await.until(() -> callable(worker, LIVE).equals(List.of(takes)));
        assertThat(callable(worker, OF_A_DRAFT)).hasSize(2);

        takes.silent = true;
        Await.until(() -> isOnlyAvailable(worker, refuses));
        Await.until(() -> !wasFoundGood());
        takes.silent = false;

        Await.until(() -> callable(worker, LIVE).equals(List.of(takes)));
        Await.until(this::wasFoundGood);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void ofTwoReplicasTheOneThatReadsBodiesDecidesWhicheverIsFirst(boolean readerFirst) throws IOException {
        Replica reads = new Replica(_ -> Future.succeededFuture(DESCRIPTION), needing(BodyNeed.BUFFERED));
        Replica looksAtHeaders = new Replica(_ -> Future.succeededFuture(DESCRIPTION), needing(BodyNeed.NONE));

        Worker worker = start(
                readerFirst ? new TwoReplicas(reads, looksAtHeaders) : new TwoReplicas(looksAtHeaders, reads),
                twoCheckedHourly());

        Await.until(() -> steps.size() >= 2 && callable(worker, LIVE).equals(List.of(reads)));
        PreparedChain found = Objects.requireNonNull(steps.getLast().get(LIVE.id()));
        assertThat(found.isCallable()).isTrue();
        assertThat(found.entries()).extracting(PreparedChain.Entry::bodyNeed).containsExactly(BodyNeed.BUFFERED);
    }

    private static Future<List<PreparedChain>> needing(BodyNeed need) {
        return Future.succeededFuture(List.of(new PreparedChain(
                LIVE.id(), List.of(new PreparedChain.Entry(false, List.of(), need, EntryFacts.none())))));
    }

    private boolean wasFoundGood() {
        return Objects.requireNonNull(steps.getLast().get(LIVE.id())).isCallable();
    }

    @Test
    void aWorkerOfAnotherProtocolIsRefusedAndHasAnswered() {
        WorkerDescription other =
                new WorkerDescription("default-worker", "9", new ProtocolVersion(9, 1), 0, 0, List.of());

        start(new Replica(_ -> Future.succeededFuture(other), prepared()));

        Await.until(() -> refusals.get() == 1);
        assertThat(unavailableReason()).contains("it speaks protocol version 9.1");
    }

    @Test
    void aWorkerThatCannotDescribeItselfIsToldWithItsReasonOncePerChange() {
        IntFunction<Future<WorkerDescription>> description = attempt -> switch (attempt) {
            case 1, 2, 3 -> notDescribed("policy 'a' has no name");
            case 4, 5 -> notDescribed("policy 'b' has no name");
            case 6 -> Future.succeededFuture(DESCRIPTION);
            default -> notDescribed("policy 'b' has no name");
        };
        Replica replica = new Replica(description, prepared());
        try (CapturedLog log = CapturedLog.of(WorkerRegistry.class)) {
            Worker worker = start(replica);
            Await.until(worker::isAvailable);
            context.runOnContext(_ -> replica.lost.getLast().run());
            Await.until(() -> replica.connects.size() >= 9);

            assertThat(log.messages())
                    .filteredOn(message -> message.contains("cannot be used"))
                    .containsExactly(
                            "WARN worker at told cannot be used: policy 'a' has no name",
                            "WARN worker at told cannot be used: policy 'b' has no name",
                            "WARN worker at told cannot be used: policy 'b' has no name");
        }
    }

    private static Future<WorkerDescription> notDescribed(String why) {
        return Future.failedFuture(new WorkerException(Kind.INVALID_ANSWER, why));
    }

    @Test
    void aWorkerThatRefusesTheKernelIsRefusedAndHasAnswered() {
        WorkerException refusal = new WorkerException(Kind.INCOMPATIBLE, "the kernel speaks 1.3, this worker 9.1");

        start(new Replica(_ -> Future.failedFuture(refusal), prepared()));

        Await.until(() -> refusals.get() == 1);
        assertThat(unavailableReason()).contains("it refuses this kernel", "this worker 9.1");
    }

    private String unavailableReason() {
        Promise<String> unavailableReason = Promise.promise();
        context.runOnContext(
                _ -> unavailableReason.complete(registry().unavailableReasons().get("default-worker")));
        return unavailableReason.future().await();
    }

    private static boolean isOnlyAvailable(Worker worker, Replica connector) {
        return worker.available().stream()
                .map(io.policyengine.kernel.worker.Replica::connector)
                .toList()
                .equals(List.of(connector));
    }

    private Map<Long, PreparedChain> prepare(List<ChainSpec> chains) {
        Promise<Map<Long, PreparedChain>> found = Promise.promise();
        context.runOnContext(_ -> registry()
                .prepare("default-worker", 2, chains, declared(registry()), false)
                .onComplete(found));
        return found.future().await();
    }

    private void adopt(List<ChainSpec> live) {
        adopt(live, KernelConfig.defaults());
    }

    private void adopt(List<ChainSpec> live, KernelConfig kernel) {
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

    private WorkerRegistry registry() {
        return Objects.requireNonNull(registry);
    }

    private static Declarations declared(WorkerRegistry registry) {
        return registry.declarations(new WorkerSet(Map.of(), List.of()));
    }

    private static PreparedChain good(ChainSpec chain) {
        return new PreparedChain(chain.id(), List.of());
    }

    @Test
    void aReplicaThatLeftACallUnansweredIsAskedAtOnceAndIsBackSoonAfterItAnswersAgain() throws IOException {
        Replica hangs = new Replica(_ -> Future.succeededFuture(DESCRIPTION), prepared());
        Replica runs = new Replica(_ -> Future.succeededFuture(DESCRIPTION), prepared());
        Worker worker = start(new TwoReplicas(hangs, runs), twoCheckedHourly());
        Await.until(() -> worker.available().size() == 2);

        hangs.silent = true;
        worker.doubt(replicaOf(worker, hangs));
        Await.until(() -> worker.available().size() == 1);
        hangs.silent = false;

        Await.until(() -> worker.available().size() == 2);
    }

    @Test
    void aReplicaThatLeftManyCallsUnansweredIsAskedOnce() throws IOException {
        Replica slow = new Replica(_ -> Future.succeededFuture(DESCRIPTION), prepared());
        Replica other = new Replica(_ -> Future.succeededFuture(DESCRIPTION), prepared());
        Worker worker = start(new TwoReplicas(slow, other), twoCheckedHourly());
        Await.until(() -> worker.available().size() == 2);

        for (int i = 0; i < 100; i++) {
            worker.doubt(replicaOf(worker, slow));
        }

        onContext();
        assertThat(slow.checks).hasValue(1);
        assertThat(other.checks).hasValue(0);
    }

    @Test
    void theOnlyReplicaThatCanBeCalledIsNotHurried() throws IOException {
        Replica away = new Replica(_ -> Promise.<WorkerDescription>promise().future(), prepared());
        Replica slow = new Replica(_ -> Future.succeededFuture(DESCRIPTION), prepared());
        Worker worker = start(new TwoReplicas(away, slow), twoCheckedHourly());
        Await.until(worker::isAvailable);

        worker.doubt(replicaOf(worker, slow));

        onContext();
        assertThat(slow.checks).hasValue(0);
    }

    private static io.policyengine.kernel.worker.Replica replicaOf(Worker worker, Replica connector) {
        return worker.available().stream()
                .filter(replica -> replica.connector().equals(connector))
                .findFirst()
                .orElseThrow();
    }

    /** Waits until what was to be done on the registry's event loop is done. */
    private void onContext() {
        Promise<Void> after = Promise.promise();
        context.runOnContext(_ -> after.complete());
        after.future().await();
    }

    private static Future<List<PreparedChain>> prepared() {
        return Future.succeededFuture(List.of(good(LIVE)));
    }

    /** A worker with two replicas; no regular check comes in a test's time. */
    private KernelConfig twoCheckedHourly() throws IOException {
        return twoChecked(3_600_000);
    }

    private KernelConfig twoChecked(long intervalMillis) throws IOException {
        Files.writeString(directory.resolve("kernel.yaml"), """
                policy_kernel:
                  workers:
                    - { name: default-worker, socket_path: /a, health_check_interval_ms: %1$d, health_check_timeout_ms: 20 }
                    - { name: default-worker, socket_path: /b, health_check_interval_ms: %1$d, health_check_timeout_ms: 20 }
                """.formatted(intervalMillis));
        return ConfDirectory.read(directory, _ -> null).kernel();
    }

    private Worker start(Replica replica) {
        return start(replica, KernelConfig.defaults());
    }

    private Worker start(WorkerConnectors connectors, KernelConfig kernel) {
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
    private final class Listener implements WorkerRegistry.Listener {
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
    private record TwoReplicas(Replica first, Replica second) implements WorkerConnectors {
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

    @Test
    void aPolicyThatIsNotWellIsShownWhereverOneReplicaSaysSoAndItsWorkerIsCalledAllTheSame() throws IOException {
        Replica first = new Replica(_ -> Future.succeededFuture(WITH_A_POLICY), prepared());
        Replica second = new Replica(_ -> Future.succeededFuture(WITH_A_POLICY), prepared());
        Worker worker = start(new TwoReplicas(first, second), twoChecked(20));
        Await.until(() -> worker.available().size() == 2);
        assertThat(metrics.scrape()).contains(HEALTH + " 1.0");

        second.unwell = Map.of("stores", "its Redis is down", "other", "nobody declares it");

        Await.until(() -> metrics.scrape().contains(HEALTH + " 0.0"));
        assertThat(remarks())
                .containsExactly("policy 'stores' of worker 'default-worker' is unhealthy at told: its Redis is down");
        assertThat(metrics.scrape()).doesNotContain("other");
        assertThat(unwellByReplica()).containsExactly(Map.of(), Map.of("stores", "its Redis is down"));
        assertThat(worker.available()).hasSize(2);
    }

    @Test
    void aChangeOfThePolicysHealthIsLoggedOnceAndOutlivesALostConnection() throws IOException {
        try (CapturedLog log = CapturedLog.of(PolicyHealth.class)) {
            Replica replica = new Replica(_ -> Future.succeededFuture(WITH_A_POLICY), prepared());
            Replica away = new Replica(_ -> Promise.<WorkerDescription>promise().future(), prepared());
            Worker worker = start(new TwoReplicas(replica, away), twoChecked(20));
            Await.until(worker::isAvailable);
            replica.unwell = Map.of("stores", "its Redis is down");
            Await.until(() -> metrics.scrape().contains(HEALTH + " 0.0"));

            int checks = replica.checks.get();
            context.runOnContext(_ -> replica.lost.getFirst().run());
            Await.until(() -> replica.connects.size() == 2 && replica.checks.get() > checks + 2);
            assertThat(metrics.scrape()).contains(HEALTH + " 0.0");
            replica.unwell = Map.of();

            Await.until(() -> metrics.scrape().contains(HEALTH + " 1.0"));
            onContext();
            assertThat(log.messages())
                    .containsExactly(
                            "WARN a policy is unhealthy; it stays in service", "INFO a policy is healthy again");
            assertThat(remarks()).isEmpty();
        }
    }

    @Test
    void thePoliciesOfAWorkerThatNoConfigurationNamesAreShownNoMore() {
        Worker worker = start(new Replica(_ -> Future.succeededFuture(WITH_A_POLICY), prepared()));
        Await.until(worker::isAvailable);
        assertThat(metrics.scrape()).contains(HEALTH + " 1.0");

        Promise<Void> adopted = Promise.promise();
        context.runOnContext(_ -> {
            EngineConfig none = new EngineConfig(KernelConfig.defaults(), List.of(), List.of(), List.of(), List.of());
            WorkerSet empty = new WorkerSet(Map.of(), List.of());
            registry().adopt(empty, none, registry().declarations(empty), _ -> List.of());
            adopted.complete();
        });
        adopted.future().await();

        assertThat(metrics.scrape()).doesNotContain(HEALTH);
    }

    private List<String> remarksOnWorkers() {
        Promise<List<String>> remarks = Promise.promise();
        context.runOnContext(_ -> remarks.complete(registry().remarks()));
        return remarks.future().await();
    }

    private List<String> remarks() {
        Promise<List<String>> remarks = Promise.promise();
        context.runOnContext(_ -> remarks.complete(registry().policyRemarks()));
        return remarks.future().await();
    }

    private List<Map<String, String>> unwellByReplica() {
        Promise<List<Map<String, String>>> unwell = Promise.promise();
        context.runOnContext(_ -> unwell.complete(registry().reports().getFirst().replicas().stream()
                .map(WorkerReport.Replica::unwellPolicies)
                .toList()));
        return unwell.future().await();
    }

    /** A replica that describes and prepares itself as it is told. */
    private static final class Replica implements WorkerConnectors, WorkerConnector, WorkerControl {
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
