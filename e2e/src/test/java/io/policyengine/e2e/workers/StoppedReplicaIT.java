package io.policyengine.e2e.workers;

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
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** One of two replicas does not run any more, but its connections stay open. */
@Tag("alone")
@Tag("nightly")
class StoppedReplicaIT {
    private static final int PER_SECOND = Integer.getInteger("policyengine.stopped.rate", 500);
    private static final int CALL_TIMEOUT_MS = 500;
    /** So long that only a call that is not answered can lead to a check. */
    private static final int CHECK_INTERVAL_MS = Integer.getInteger("policyengine.stopped.interval", 600_000);
    /** Long enough for a replica that runs on a busy machine. */
    private static final int CHECK_TIMEOUT_MS = 1000;

    @Test
    void requestsFailOnlyUntilTheReplicaIsFoundOutAndItIsCalledAgainWhenItRuns() {
        try (TestConf second = TestConf.ofTests().underLoad();
                TestConf conf = TestConf.ofTests()
                        .underLoad()
                        .replacing("kernel.yaml", "timeout_ms: 5000, health_check_timeout_ms: 3000 }", """
                                timeout_ms: %1$d, health_check_timeout_ms: %2$d, health_check_interval_ms: %4$d }
                                    - { name: default-worker, socket_path: %3$s, timeout_ms: %1$d, health_check_timeout_ms: %2$d,
                                        health_check_interval_ms: %4$d }\
                                """.formatted(
                                        CALL_TIMEOUT_MS, CHECK_TIMEOUT_MS, second.socket(), CHECK_INTERVAL_MS));
                EngineProcess stays = EngineProcess.worker(conf);
                EngineProcess stops = EngineProcess.worker(second);
                EngineProcess kernel = EngineProcess.kernel(conf).awaitReady();
                Upstream upstream = Upstream.start();
                EnvoyProcess envoy =
                        EnvoyProcess.start(EnvoyVersion.V1_36, conf.directory(), kernel.port(), upstream.port());
                Load load = new Load(envoy.port())) {
            Load.await(load.send("/both", 4000, 16));
            PacedLoad paced = load.pace("/both", PER_SECOND);
            awaitMore(paced, PER_SECOND);
            assertThat(calls(stops))
                    .as("calls of the replica that is stopped later")
                    .isPositive();

            long stopped = paced.nowMs();
            stops.process().signal("STOP");
            kernel.awaitLine("a replica of the worker can no longer be called");
            long found = paced.nowMs();
            awaitMore(paced, 2 * PER_SECOND);
            stops.process().signal("CONT");
            long called = calls(stops);
            Eventually.isTrue("it is called again", () -> calls(stops) > called);
            List<Ended> all = paced.stop();

            List<Ended> failed =
                    all.stream().filter(request -> request.status() != 200).toList();
            report(all, failed, stopped, found);
            assertThat(failed)
                    .as("calls that the stopped replica left unanswered")
                    .isNotEmpty();
            assertThat(failed).allMatch(request -> request.status() == 503);
            assertThat(failed)
                    .as("requests that began when the replica had been found out, and failed")
                    .noneMatch(request -> request.beganMs() > found);
            assertThat(upstream.unprocessed()).isZero();
            assertThat(stays.process().isAlive() && stops.process().isAlive()).isTrue();
        }
    }

    private static void awaitMore(PacedLoad paced, int requests) {
        int before = paced.answered();
        Eventually.isTrue("answers", () -> paced.answered() >= before + requests);
    }

    /** Runs of policies in a worker. */
    private static long calls(EngineProcess worker) {
        return Web.get(worker.metricsPort(), "/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith("policy_worker_executions_total"))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    private static void report(List<Ended> all, List<Ended> failed, long stopped, long found) {
        long last = failed.stream().mapToLong(Ended::endedMs).max().orElse(stopped);
        long seconds = Math.max(1, all.getLast().endedMs() / 1000);
        System.out.printf(
                "%nrequests                          %8d%nrequests/s                        %8d%nfailed (503)"
                        + "                      %8d%nreplica found out after, ms        %8d%nlast failure ended after, ms"
                        + "       %8d%n",
                all.size(), all.size() / seconds, failed.size(), found - stopped, last - stopped);
    }
}
