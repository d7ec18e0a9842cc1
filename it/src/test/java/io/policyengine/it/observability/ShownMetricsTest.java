package io.policyengine.it.observability;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.policyengine.core.metrics.EngineRegistry;
import io.policyengine.core.metrics.WorkerMetric;
import io.policyengine.core.time.Ticker;
import io.policyengine.core.worker.ChainSpec;
import io.policyengine.core.worker.PreparedChain;
import io.policyengine.core.worker.ProtocolVersion;
import io.policyengine.core.worker.WorkerConnector;
import io.policyengine.core.worker.WorkerControl;
import io.policyengine.core.worker.WorkerDescription;
import io.policyengine.core.worker.WorkerHealth;
import io.policyengine.core.worker.WorkerLink;
import io.policyengine.it.engine.TestPolicies;
import io.policyengine.kernel.engine.KernelUnderTest;
import io.policyengine.kernel.engine.ListedWorkers;
import io.policyengine.kernel.remote.RemoteWorker;
import io.policyengine.kernel.remote.RemoteWorkerOptions;
import io.policyengine.testkit.time.Await;
import io.policyengine.worker.LocalWorker;
import io.policyengine.worker.PolicyRegistry;
import io.policyengine.worker.WorkerOptions;
import io.policyengine.worker.server.WorkerServer;
import io.policyengine.worker.server.WorkerSocket;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The kernel's {@code /metrics} with those of an honest worker behind a socket, and of one that sends what it likes. */
class ShownMetricsTest {
    private static final String READ = "policy_kernel_worker_metrics_read";

    private final KernelUnderTest kernel = new KernelUnderTest();
    private final EngineRegistry theirs = new EngineRegistry();
    private final AtomicReference<Future<Buffer>> sent = new AtomicReference<>(Future.succeededFuture(Buffer.buffer()));
    private ProtocolVersion spoken = ProtocolVersion.CURRENT;

    @TempDir
    Path directory;

    @AfterEach
    void close() {
        kernel.close();
    }

    /** A worker that sends any text as its metrics. */
    private final class Liar implements WorkerConnector {
        private final LocalWorker worker = new LocalWorker(
                kernel.vertx(),
                WorkerOptions.defaults("liar", "0.0.1", directory),
                PolicyRegistry.of(List.of()),
                new SimpleMeterRegistry());

        private final class Control implements WorkerControl {
            @Override
            public Future<WorkerDescription> describe() {
                return worker.describe()
                        .map(said -> new WorkerDescription(
                                said.name(),
                                said.version(),
                                spoken,
                                said.maxBodySize(),
                                said.maxStateSize(),
                                said.policies()));
            }

            @Override
            public Future<WorkerHealth> checkHealth() {
                return worker.checkHealth();
            }

            @Override
            public Future<List<PreparedChain>> prepare(long generation, List<ChainSpec> chains) {
                return worker.prepare(generation, chains);
            }

            @Override
            public Future<Buffer> readMetrics() {
                return sent.get();
            }

            @Override
            public Future<Void> release(List<Long> chainIds) {
                return worker.release(chainIds);
            }
        }

        @Override
        public String address() {
            return "/liar.sock";
        }

        @Override
        public Future<WorkerControl> connect(Runnable lost) {
            return Future.succeededFuture(new Control());
        }

        @Override
        public WorkerLink link() {
            return worker.link();
        }

        @Override
        public Future<Void> close() {
            return worker.close();
        }
    }

    private void start(boolean shows) {
        String socket = directory.resolve("w").resolve("w.sock").toString();
        LocalWorker worker = new LocalWorker(
                kernel.vertx(),
                WorkerOptions.defaults("honest", "0.0.1", directory),
                PolicyRegistry.of(TestPolicies.all()),
                theirs);
        Await.result(new WorkerServer(kernel.vertx(), worker, WorkerSocket.ownersOnly(socket), 1, theirs).start());
        WorkerMetric.EXECUTIONS.counter(theirs, "tenantGate", "denied").increment(3);
        KernelUnderTest.write(directory, "conf/kernel.yaml", """
                policy_kernel:
                  server: { address: 127.0.0.1, port: 0 }
                  observability: { metrics_port: 0, metrics: { workers: %s } }
                  workers:
                    - { name: honest, socket_path: %s }
                    - { name: liar, socket_path: /liar.sock, policies: [lies] }
                """.formatted(shows, socket));
        KernelUnderTest.write(directory, "conf/routes/routes.yaml", "route_policies: []\n");
        kernel.start(
                directory.resolve("conf"),
                ListedWorkers.of(
                        new RemoteWorker(
                                kernel.vertx(),
                                RemoteWorkerOptions.defaults(socket),
                                Ticker.SYSTEM,
                                () -> {},
                                new LongAdder()),
                        new Liar()));
        for (String name : List.of("honest", "liar")) {
            Await.until(() -> kernel.metric("policy_kernel_worker_health{worker=\"" + name + "\"}") == 1);
        }
    }

    private void assertThatTheHonestOneIsShown(String metrics) throws Exception {
        assertThat(metrics)
                .contains("\npolicy_worker_executions_total{policy=\"tenantGate\",replica=\"")
                .contains("/w/w.sock\",status=\"denied\",worker=\"honest\"} 3.0\n")
                .contains(READ + "{worker=\"honest\"} 1.0\n");
        Promtool run =
                Promtool.run(Path.of("."), metrics.substring("200 ".length()).getBytes(UTF_8), "check", "metrics");
        assertThat(run.output()).doesNotContain("error");
        assertThat(run.exitCode()).isIn(0, 3);
    }

    @Test
    void showsTheMetricsOfAWorkerBehindASocket() throws Exception {
        sent.set(Future.succeededFuture(Buffer.buffer("# TYPE lies_told_total counter\nlies_told_total 9\n")));
        start(true);

        String metrics = kernel.admin("/metrics");

        assertThatTheHonestOneIsShown(metrics);
        assertThat(metrics)
                .contains("lies_told_total{replica=\"/liar.sock\",worker=\"liar\"} 9.0\n")
                .contains(READ + "{worker=\"liar\"} 1.0\n");
    }

    @Test
    void asksNoWorkerUnlessTheSettingSaysSo() {
        start(false);

        assertThat(kernel.admin("/metrics")).doesNotContain("tenantGate", READ);
    }

    @Test
    void aWorkerThatSendsRubbishSpoilsOnlyItsOwnMetrics() throws Exception {
        start(true);
        for (String rubbish : List.of(
                "\u0000",
                "policy_worker_executions_total 1\npolicy_worker_executions_total 1\n",
                "# TYPE policy_worker_executions_total gauge\npolicy_worker_executions_total{worker=\"honest\"} 1\n",
                "# EOF\na{b=\"",
                "a 1\n".repeat(2_000_000))) {
            sent.set(Future.succeededFuture(Buffer.buffer(rubbish)));

            assertThatTheHonestOneIsShown(kernel.admin("/metrics"));
        }
        assertThat(kernel.metric("policy_kernel_worker_metrics_refused_total{worker=\"liar\"}"))
                .isEqualTo(5);
    }

    @Test
    void aWorkerThatIsTooOldIsLeftOut() throws Exception {
        spoken = new ProtocolVersion(1, 8);
        sent.set(Future.succeededFuture(Buffer.buffer("lies 1\n")));
        start(true);

        String old = kernel.admin("/metrics");

        assertThatTheHonestOneIsShown(old);
        assertThat(old).contains(READ + "{worker=\"liar\"} 0.0\n").doesNotContain("\nlies{");
    }

    @Test
    void aWorkerThatAnswersLateOrFailsHoldsUpNoScrape() throws Exception {
        start(true);
        Promise<Buffer> late = Promise.promise();
        sent.set(late.future());

        CompletableFuture<String> one = CompletableFuture.supplyAsync(() -> kernel.admin("/metrics"));
        late.fail("it does not want to");

        assertThatTheHonestOneIsShown(one.get(30, TimeUnit.SECONDS));
        assertThat(kernel.admin("/metrics")).contains(READ + "{worker=\"liar\"} 0.0\n");
    }
}
