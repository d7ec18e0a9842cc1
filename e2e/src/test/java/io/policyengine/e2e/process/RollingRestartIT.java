package io.policyengine.e2e.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.e2e.harness.EngineProcess;
import io.policyengine.e2e.harness.EnvoyProcess;
import io.policyengine.e2e.harness.Eventually;
import io.policyengine.e2e.harness.Installation.EnvoyVersion;
import io.policyengine.e2e.harness.Load;
import io.policyengine.e2e.harness.PacedLoad;
import io.policyengine.e2e.harness.PacedLoad.Ended;
import io.policyengine.e2e.harness.TestConf;
import io.policyengine.e2e.harness.Upstream;
import io.policyengine.e2e.harness.Web;
import io.policyengine.testkit.net.FreePort;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A rolling restart of two engines behind one Envoy with the configuration that is printed for them, and of two workers of one of them. */
@Tag("alone")
@Tag("nightly")
class RollingRestartIT {
    private static final int PER_SECOND = 200;
    private static final int WARM_UP = 400;
    private static final int MORE = 200;

    @Test
    void restartingEnginesAndWorkersOneAfterAnotherUnderLoadLosesNothing() {
        try (TestConf embedded = conf();
                TestConf second = conf();
                TestConf separate = conf().replacing(
                                "kernel.yaml", "timeout_ms: 5000, health_check_timeout_ms: 3000 }", """
                                timeout_ms: 5000, health_check_timeout_ms: 3000 }
                                    - { name: default-worker, socket_path: %s, timeout_ms: 5000, health_check_timeout_ms: 3000 }\
                                """.formatted(
                                                second.socket()));
                Restarted firstWorker = new Restarted(() -> EngineProcess.worker(separate));
                Restarted secondWorker = new Restarted(() -> EngineProcess.worker(second));
                Restarted kernel =
                        new Restarted(() -> EngineProcess.kernel(separate).awaitReady());
                Restarted run =
                        new Restarted(() -> EngineProcess.embedded(embedded).awaitReady());
                Upstream upstream = Upstream.start();
                EnvoyProcess envoy = EnvoyProcess.start(
                        EnvoyVersion.V1_36,
                        embedded.directory(),
                        List.of(kernel.now().port(), run.now().port()),
                        upstream.port(),
                        UnaryOperator.identity());
                Load load = new Load(envoy.port())) {
            awaitBoth(envoy);
            Load.await(load.send("/both", WARM_UP, 4));
            PacedLoad paced = load.pace("/both", PER_SECOND);

            for (Restarted engine : List.of(kernel, run)) {
                awaitMore(paced);
                engine.restart();
                awaitBoth(envoy);
                Eventually.isTrue(
                        "it serves again", () -> executions(engine.now(), "policy_kernel_exchanges_total") > 0);
            }
            for (Restarted worker : List.of(firstWorker, secondWorker)) {
                awaitMore(paced);
                worker.restart();
                Eventually.isTrue(
                        "it is called again", () -> executions(worker.now(), "policy_worker_executions_total") > 0);
            }
            awaitMore(paced);
            List<Ended> all = paced.stop();

            List<Ended> failed =
                    all.stream().filter(request -> request.status() != 200).toList();
            System.out.printf("%nrolling restart: requests %d, failed %d%n", all.size(), failed.size());
            assertThat(failed)
                    .as(() -> kernel.now().process().output()
                            + run.now().process().output())
                    .isEmpty();
            assertThat(upstream.unprocessed()).isZero();
        }
    }

    /** With the delay that is the default, and a port on which one process after another listens. */
    private static TestConf conf() {
        return TestConf.ofTests()
                .replacing("kernel.yaml", ", drain_delay_ms: 0", "")
                .replacing("kernel.yaml", "port: 0 }", "port: " + FreePort.next() + " }");
    }

    private static void awaitBoth(EnvoyProcess envoy) {
        Eventually.isTrue("both are asked", () -> envoy.engineCluster("membership_healthy") == 2);
    }

    private static void awaitMore(PacedLoad paced) {
        int before = paced.answered();
        Eventually.isTrue("answers", () -> paced.answered() >= before + MORE);
    }

    private static long executions(EngineProcess process, String counter) {
        return Web.get(process.metricsPort(), "/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith(counter))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    /** One process after another. */
    private static final class Restarted implements AutoCloseable {
        private final Supplier<EngineProcess> starter;
        private EngineProcess running;

        private Restarted(Supplier<EngineProcess> starter) {
            this.starter = starter;
            this.running = starter.get();
        }

        EngineProcess now() {
            return running;
        }

        void restart() {
            running.process().terminate();
            assertThat(running.process().exitCode())
                    .as(() -> running.process().output())
                    .isZero();
            running.close();
            running = starter.get();
        }

        @Override
        public void close() {
            running.close();
        }
    }
}
