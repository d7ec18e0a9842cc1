package io.policyengine.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.e2e.harness.Installation.EnvoyVersion;
import io.policyengine.e2e.harness.Load;
import io.policyengine.e2e.harness.Stack;
import io.policyengine.e2e.harness.Stack.Setup;
import io.policyengine.e2e.harness.Stack.Shape;
import io.policyengine.e2e.harness.TestConf;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The one connection that an Envoy worker has to the engine, with all exchanges on it. */
@Tag("alone")
class BusyConnectionIT {
    static Stream<Setup> setups() {
        return Stream.of(
                new Setup(EnvoyVersion.V1_36, Shape.TWO_PROCESSES), new Setup(EnvoyVersion.V1_40, Shape.EMBEDDED));
    }

    @ParameterizedTest
    @MethodSource("setups")
    void servesTenThousandRequests(Setup setup) {
        try (Stack stack = Stack.start(setup, TestConf.ofTests().underLoad());
                Load load = new Load(stack.envoy().port())) {

            Load.Tally tally = Load.await(load.send("/both", 10_000, 32));

            assertThat(tally.statuses()).isEqualTo(Map.of(200, 10_000));
            assertThat(tally.unprocessed()).isZero();
            assertThat(stack.envoy().engineCluster("upstream_cx_total")).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @MethodSource("setups")
    void survivesThousandClientsThatHangUp(Setup setup) {
        try (Stack stack = Stack.start(setup, TestConf.ofTests().underLoad());
                Load others = new Load(stack.envoy().port());
                Load quitters = new Load(stack.envoy().port())) {
            Load.Running running = others.run("/both", 4);

            Load.await(quitters.hangUp("/both?delay=15", 1_000, 64, 30, new Random(42)));
            Load.Tally tally = running.stop();

            assertThat(tally.statuses()).containsOnlyKeys(200);
            assertThat(tally.unprocessed()).isZero();
            assertThat(stack.envoy().stat("http.ingress.downstream_cx_destroy_remote_active_rq"))
                    .isGreaterThan(300);
            assertThat(stack.envoy().engineCluster("upstream_cx_total")).isEqualTo(1);
            assertThat(stack.envoy().extProc("spurious_msgs_received")).isZero();
        }
    }
}
