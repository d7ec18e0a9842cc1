package io.policyengine.e2e.workers;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.e2e.harness.EachEnvoy;
import io.policyengine.e2e.harness.EngineProcess;
import io.policyengine.e2e.harness.Eventually;
import io.policyengine.e2e.harness.Installation.EnvoyVersion;
import io.policyengine.e2e.harness.Load;
import io.policyengine.e2e.harness.Stack;
import io.policyengine.e2e.harness.TestConf;
import io.policyengine.e2e.harness.Web;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;

/** A worker that dies while it is busy. */
class WorkerDeathIT {
    @ParameterizedTest
    @EachEnvoy
    void deniesWhileTheWorkerIsAwayAndNeverLetsARequestPassUnprocessed(EnvoyVersion version) {
        Stack.Setup setup = new Stack.Setup(version, Stack.Shape.TWO_PROCESSES);
        try (Stack stack = Stack.start(setup, TestConf.ofTests());
                Load load = new Load(stack.envoy().port());
                Load others = new Load(stack.envoy().port())) {
            Load.Running running = load.run("/both", 16);
            Eventually.isTrue("a load", () -> stack.upstream().received() > 500);

            stack.worker().process().kill();
            Eventually.isTrue("a denial", () -> stack.get("/both").status() == 503);
            Web.Answer denial = stack.get("/both");
            Load.Tally busy = running.stop();
            // The start of a worker needs the processors.
            Load.Running meanwhile = others.trickle("/both", 2);
            try (EngineProcess restarted = EngineProcess.worker(stack.conf())) {
                Eventually.isTrue("recovery", () -> stack.get("/both").status() == 200);
                Load.Tally rest = meanwhile.stop();

                assertThat(denial.status()).isEqualTo(503);
                assertThat(denial.header("retry-after")).isEqualTo("30");
                assertThat(denial.code()).isEqualTo("WORKER_UNAVAILABLE");
                for (Load.Tally tally : List.of(busy, rest)) {
                    assertThat(tally.statuses()).containsOnlyKeys(200, 503);
                    assertThat(tally.unprocessed()).isZero();
                }
                assertThat(stack.upstream().unprocessed()).isZero();
                assertThat(restarted.process().isAlive()).isTrue();
                assertThat(stack.kernel().process().isAlive()).isTrue();
            }
        }
    }
}
