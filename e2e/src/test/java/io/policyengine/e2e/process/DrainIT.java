package io.policyengine.e2e.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.e2e.harness.EngineProcess;
import io.policyengine.e2e.harness.EnvoyProcess;
import io.policyengine.e2e.harness.Eventually;
import io.policyengine.e2e.harness.Load;
import io.policyengine.e2e.harness.Stack;
import io.policyengine.e2e.harness.Stack.Setup;
import io.policyengine.e2e.harness.Stack.Shape;
import io.policyengine.e2e.harness.TestConf;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The end that is asked for. */
class DrainIT {
    private static final int UNDER_WAY = 64;

    /** One process in the gate: its kernel must wait for a worker that ends by the same signal. */
    static Stream<Setup> setups() {
        return Setup.allOr(Shape.EMBEDDED);
    }

    @ParameterizedTest
    @MethodSource("setups")
    void finishesWhatIsUnderWayOnSigterm(Setup setup) {
        try (Stack stack = Stack.start(setup, TestConf.ofTests());
                Load load = new Load(stack.envoy().port());
                Load others = new Load(stack.envoy().port())) {
            Load.Running background = others.trickle("/both", 2);
            Future<Load.Tally> slow = load.send("/both?delay=2000", UNDER_WAY, UNDER_WAY);
            Eventually.isTrue(
                    "all requests are at the upstream", () -> stack.upstream().delayed() == UNDER_WAY);

            stack.kernel().process().terminate();

            Load.Tally tally = Load.await(slow);
            assertThat(stack.kernel().process().exitCode())
                    .as(() -> stack.kernel().process().output())
                    .isZero();
            Load.Tally rest = background.stop();
            assertThat(tally.statuses())
                    .as(() -> stack.kernel().process().output() + "\n" + slowOnes(stack.envoy()))
                    .isEqualTo(Map.of(200, UNDER_WAY));
            assertThat(tally.unprocessed()).isZero();
            assertThat(rest.unprocessed()).isZero();
        }
    }

    private static String slowOnes(EnvoyProcess envoy) {
        return envoy.accessLog().stream()
                .filter(line -> line.contains("delay="))
                .limit(5)
                .collect(Collectors.joining("\n"));
    }

    @Test
    void endsAWorkerWithSuccessOnSigterm() {
        try (TestConf conf = TestConf.ofTests();
                EngineProcess worker = EngineProcess.worker(conf)) {

            worker.process().terminate();

            assertThat(worker.process().exitCode())
                    .as(() -> worker.process().output())
                    .isZero();
            assertThat(conf.socket()).doesNotExist();
        }
    }

    @Test
    void endsAKernelThatListensOnAnAdminSocketWithSuccess() {
        try (TestConf conf = TestConf.ofTests()) {
            Path socket = conf.folder().resolve("admin/api.sock");
            conf.replacing("kernel.yaml", "metrics_port: 0", "metrics_port: 0, admin_socket_path: " + socket);
            try (EngineProcess kernel = EngineProcess.embedded(conf)) {
                assertThat(socket).exists();

                kernel.process().terminate();

                assertThat(kernel.process().exitCode())
                        .as(() -> kernel.process().output())
                        .isZero();
                assertThat(socket).doesNotExist();
            }
        }
    }

    @Test
    void survivesSighup() {
        try (TestConf conf = TestConf.ofTests();
                EngineProcess kernel = EngineProcess.embedded(conf).awaitReady()) {

            kernel.process().signal("HUP");

            kernel.awaitLine("the configuration was checked and has not changed");
            kernel.awaitReady();
        }
    }
}
