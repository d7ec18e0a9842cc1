package io.policyengine.it.remote;

import static io.policyengine.it.engine.TestWorker.chain;
import static io.policyengine.it.engine.TestWorker.entry;
import static io.policyengine.it.engine.TestWorker.outcome;
import static io.policyengine.it.engine.TestWorker.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.policyengine.core.instruction.SetHeader;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.core.policy.Metadata;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.time.Ticker;
import io.policyengine.core.worker.ChainSpec;
import io.policyengine.core.worker.RequestCall;
import io.policyengine.core.worker.WorkerControl;
import io.policyengine.core.worker.WorkerException;
import io.policyengine.core.worker.WorkerException.Kind;
import io.policyengine.it.engine.TestPolicies;
import io.policyengine.it.engine.TestWorker;
import io.policyengine.it.engine.TestWorkerProcess;
import io.policyengine.kernel.remote.RemoteWorker;
import io.policyengine.kernel.remote.RemoteWorkerOptions;
import io.policyengine.proto.worker.v1.Chain;
import io.policyengine.proto.worker.v1.ChainEntry;
import io.policyengine.proto.worker.v1.HealthCheckRequest;
import io.policyengine.proto.worker.v1.HealthCheckResponse;
import io.policyengine.proto.worker.v1.Phase;
import io.policyengine.proto.worker.v1.PrepareChainsRequest;
import io.policyengine.proto.worker.v1.PrepareChainsResponse;
import io.policyengine.proto.worker.v1.RequestResult;
import io.policyengine.testkit.time.Await;
import io.policyengine.worker.LocalWorker;
import io.policyengine.worker.PolicyRegistry;
import io.policyengine.worker.WorkerOptions;
import io.policyengine.worker.server.WorkerServer;
import io.policyengine.worker.server.WorkerSocket;
import io.vertx.core.Future;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;

/** The process of a worker behind a socket, which comes and goes, and what it holds for a kernel. */
class RemoteWorkerTest extends RemoteFixture {
    @Test
    void theLinkRecoversWhenTheWorkerIsRestarted() throws Exception {
        TestWorker worker = started();
        worker.prepare(QUICK);
        outcome(worker.run(QUICK), 0);

        worker.stopServer();
        assertThat(worker.lost.get(30, TimeUnit.SECONDS)).isTrue();
        assertFails(worker, Kind.UNREACHABLE, QUICK);

        worker.startServer();
        worker.reconnect();
        worker.prepare();
        awaitReachable(worker);
        outcome(worker.run(QUICK), 0);
    }

    @Test
    void aWorkerThatRestartedDoesNotKnowItsChains() {
        TestWorker worker = started();
        worker.prepare(QUICK);
        worker.stopServer();
        worker.startServer();

        assertFails(worker, Kind.UNKNOWN_CHAIN, QUICK);
    }

    @Test
    void whenTheWorkerIsKilledItsCallsFailAtOnceAndItsSocketCanBeTakenOver() throws Exception {
        TestWorker worker = elsewhere();
        Process process = TestWorkerProcess.start(worker.socket);
        worker.prepare(NEVER, QUICK);
        outcome(worker.run(QUICK), 0);
        List<Future<?>> running = worker.await(() -> Future.succeededFuture(List.of(
                worker.link().execute(worker.requestCall(1, 1, request(), Metadata.empty())),
                worker.link().execute(worker.requestCall(1, 1, request(), Metadata.empty())))));
        outcome(worker.run(QUICK), 0);

        process.destroyForcibly().waitFor();

        assertThat(worker.lost.get(30, TimeUnit.SECONDS)).isTrue();
        for (Future<?> call : running) {
            assertThatThrownBy(() -> worker.await(() -> call.mapEmpty()))
                    .isInstanceOfSatisfying(
                            WorkerException.class,
                            failure -> assertThat(failure.kind()).isEqualTo(Kind.CONNECTION_LOST));
        }
        assertThat(Path.of(worker.socket)).exists();
        worker.startServer();
        worker.reconnect();
        worker.prepare();
        awaitReachable(worker);
        outcome(worker.run(QUICK), 0);
    }

    @Test
    void refusesASocketThatIsInUseAndSetsModes() throws IOException {
        TestWorker worker = started();
        LocalWorker second = new LocalWorker(
                worker.vertx,
                WorkerOptions.defaults("second", "0", directory),
                PolicyRegistry.of(List.of()),
                new SimpleMeterRegistry());
        WorkerServer server = new WorkerServer(
                worker.vertx, second, WorkerSocket.ownersOnly(worker.socket), 1, new SimpleMeterRegistry());

        assertThatThrownBy(() -> worker.await(server::start)).hasMessageContaining("in use by another process");
        worker.await(second::close);
        assertThat(mode(Path.of(worker.socket))).isEqualTo("rw-------");
        assertThat(mode(directory)).isEqualTo("rwx------");
        worker.prepare(QUICK);
        outcome(worker.run(QUICK), 0);

        worker.stopServer();
        assertThat(Path.of(worker.socket)).doesNotExist();
    }

    @Test
    void callsFailFastWhileNobodyListens() {
        TestWorker worker = elsewhere();

        assertThatThrownBy(worker::connect)
                .isInstanceOfSatisfying(
                        WorkerException.class,
                        failure -> assertThat(failure.kind()).isEqualTo(Kind.UNREACHABLE));
        for (int i = 0; i < 100; i++) {
            assertFails(worker, Kind.UNREACHABLE, QUICK);
        }
    }

    /** A kernel tries for days to reach a worker that is gone for good. */
    @Test
    void anAttemptThatFailedLeavesNothingInMemory() {
        TestWorker worker = elsewhere();
        RemoteWorker connector = new RemoteWorker(
                worker.vertx, RemoteWorkerOptions.defaults(worker.socket), Ticker.SYSTEM, () -> {}, new LongAdder());
        List<WeakReference<Runnable>> attempts = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            AtomicBoolean wasLost = new AtomicBoolean();
            Runnable lost = () -> wasLost.set(true);
            attempts.add(new WeakReference<>(lost));
            assertThatThrownBy(() -> worker.await(() -> connector.connect(lost)))
                    .isInstanceOf(WorkerException.class);
        }

        worker.await(connector::close);

        Await.until(() -> {
            System.gc();
            return attempts.stream().allMatch(attempt -> attempt.refersTo(null));
        });
    }

    @Test
    void boundsTheCallsThatWait() {
        TestWorker worker = started();
        worker.prepare(NEVER, QUICK);
        Cancellation cancellation = new Cancellation();

        worker.await(() -> {
            for (int i = 0; i < 50; i++) {
                worker.link()
                        .execute(new RequestCall(
                                worker.call(Duration.ofSeconds(5), cancellation),
                                1,
                                0,
                                1,
                                request(),
                                Metadata.empty()));
            }
            return Future.succeededFuture(true);
        });
        assertFails(worker, Kind.OVERLOADED, QUICK);

        worker.await(() -> {
            cancellation.cancel();
            return Future.succeededFuture(true);
        });
        outcome(worker.run(QUICK), 0);
    }

    @Test
    void drainsWithoutLosingCalls() throws Exception {
        TestWorker worker = TestWorker.startKeeping(directory);
        open = worker;
        ChainSpec slow = chain(3, entry("later", "{}"), entry("later", "{}"), entry("later", "{}"));
        worker.prepare(slow);
        worker.run(slow);
        List<Future<?>> running = worker.await(() -> {
            List<Future<?>> calls = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                calls.add(worker.link().execute(worker.requestCall(3, 3, request(), Metadata.empty())));
            }
            return Future.succeededFuture(calls);
        });

        long begun = System.nanoTime();
        worker.await(() -> worker.drain(Duration.ofMinutes(2)));

        worker.await(() -> Future.all(running));
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofMinutes(1));
        assertThat(worker.lost.get(30, TimeUnit.SECONDS)).isTrue();
        assertThat(worker.local().health().serving()).isFalse();
        assertThat(Path.of(worker.socket)).doesNotExist();
    }

    @Test
    void releasesWhatAKernelThatIsGoneHadPrepared() {
        TestWorker worker = started();
        worker.prepare(QUICK);
        assertThat(worker.local().preparedChains()).isOne();

        worker.disconnect();

        awaitChains(worker, 0);
    }

    @Test
    void releasesWhatIsPreparedForAKernelThatHasGoneMeanwhile() {
        CompletableFuture<Void> begun = new CompletableFuture<>();
        CompletableFuture<Void> mayEnd = new CompletableFuture<>();
        TestWorker worker =
                TestWorker.start(TestWorker.Form.REMOTE, directory, List.of(TestPolicies.request("slow", (_, _) -> {
                    begun.complete(null);
                    mayEnd.join();
                    return _ -> RequestOutcome.proceed(List.of());
                })));
        open = worker;
        WorkerControl control = worker.connect();
        worker.await(() -> Future.succeededFuture(control.prepare(1, List.of(chain(1, entry("slow", "{}"))))));
        begun.join();
        RawWorkerClient client = new RawWorkerClient(worker.vertx, worker.socket);
        PrepareChainsRequest next = PrepareChainsRequest.newBuilder()
                .addChains(Chain.newBuilder().setId(2).setPhase(Phase.PHASE_REQUEST))
                .build();

        worker.disconnect();
        worker.await(
                () -> client.ask("HealthCheck", HealthCheckRequest.getDefaultInstance(), HealthCheckResponse.parser()));
        mayEnd.complete(null);
        worker.await(() -> client.ask("PrepareChains", next, PrepareChainsResponse.parser()));

        awaitChains(worker, 1);
        worker.await(client::close);
    }

    @Test
    void keepsWhatAnotherConnectionHasPreparedAgain() {
        TestWorker worker = started();
        worker.prepare(QUICK, NEVER);
        RawWorkerClient client = new RawWorkerClient(worker.vertx, worker.socket);
        PrepareChainsRequest again = PrepareChainsRequest.newBuilder()
                .addChains(Chain.newBuilder()
                        .setId(2)
                        .setPhase(Phase.PHASE_REQUEST)
                        .addEntries(ChainEntry.newBuilder().setName("one").setPolicy("setHeader")))
                .build();
        worker.await(() -> client.ask("PrepareChains", again, PrepareChainsResponse.parser()));

        worker.disconnect();

        awaitChains(worker, 1);
        worker.await(() -> client.ask("ExecuteRequest", call(2, "1"), RequestResult.parser()));
        worker.await(client::close);
    }

    private static void awaitChains(TestWorker worker, int expected) {
        long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (worker.local().preparedChains() > expected && System.nanoTime() < end) {
            Thread.onSpinWait();
        }
        assertThat(worker.local().preparedChains()).isEqualTo(expected);
    }

    @Test
    void aCallOfOneTurnTravelsWithTheOthers() {
        TestWorker worker = started();
        worker.prepare(QUICK);

        List<Future<?>> calls = worker.await(() -> {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                all.add(worker.link().execute(worker.requestCall(2, 1, request(), Metadata.empty())));
            }
            return Future.all(all).map(all);
        });

        assertThat(calls).hasSize(50).allMatch(Future::succeeded);
        assertThat(outcome(worker.run(QUICK), 0).instructions()).containsExactly(new SetHeader("x-test", "a"));
    }

    /** The link waits a moment after a failed attempt: asks until it tries again. */
    private static void awaitReachable(TestWorker worker) {
        long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (System.nanoTime() < end) {
            try {
                worker.run(QUICK);
                return;
            } catch (WorkerException notYet) {
                assertThat(notYet.kind()).isEqualTo(Kind.UNREACHABLE);
            }
        }
    }

    private static String mode(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }
}
