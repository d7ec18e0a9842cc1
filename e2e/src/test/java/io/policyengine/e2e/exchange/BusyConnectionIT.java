package io.policyengine.e2e.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.e2e.harness.Installation.EnvoyVersion;
import io.policyengine.e2e.harness.Load;
import io.policyengine.e2e.harness.Stack;
import io.policyengine.e2e.harness.Stack.Setup;
import io.policyengine.e2e.harness.Stack.Shape;
import io.policyengine.e2e.harness.TestConf;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** The one connection that an Envoy worker has to the engine, with all exchanges on it. */
@Tag("alone")
@Tag("nightly")
@ParameterizedClass
@MethodSource("setups")
class BusyConnectionIT {
    private static @Nullable Stack started;

    private final Stack stack;

    BusyConnectionIT(Setup setup) {
        stack = Objects.requireNonNull(started, setup::toString);
    }

    @BeforeParameterizedClassInvocation
    static void start(Setup setup) {
        started = Stack.start(setup, TestConf.ofTests().underLoad());
    }

    @AfterParameterizedClassInvocation
    static void stop() {
        if (started != null) {
            started.close();
            started = null;
        }
    }

    static Stream<Setup> setups() {
        return Stream.of(
                new Setup(EnvoyVersion.V1_36, Shape.TWO_PROCESSES), new Setup(EnvoyVersion.V1_40, Shape.EMBEDDED));
    }

    @Test
    void servesTenThousandRequests() {
        try (Load load = new Load(stack.envoy().port())) {

            Load.Tally tally = Load.await(load.send("/both", 10_000, 32));

            assertThat(tally.statuses()).isEqualTo(Map.of(200, 10_000));
            assertThat(tally.unprocessed()).isZero();
            assertThat(stack.envoy().engineCluster("upstream_cx_total")).isEqualTo(1);
        }
    }

    @Test
    void survivesThousandClientsThatHangUp() {
        try (Load others = new Load(stack.envoy().port());
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
