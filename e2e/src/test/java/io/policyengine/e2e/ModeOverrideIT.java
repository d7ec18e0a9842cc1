package io.policyengine.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.e2e.harness.Installation.EnvoyVersion;
import io.policyengine.e2e.harness.Stack;
import io.policyengine.e2e.harness.TestConf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An Envoy that does not allow the mode to be overridden. */
class ModeOverrideIT {
    @ParameterizedTest
    @EnumSource
    void takesTwoMessagesWhereTheModeMayNotBeOverridden(EnvoyVersion version) {
        TestConf conf = TestConf.ofTests().replacing("kernel.yaml", "envoy: {", "envoy: { allow_mode_override: false,");
        try (Stack stack = Stack.start(new Stack.Setup(version, Stack.Shape.EMBEDDED), conf)) {

            long before = stack.envoy().extProc("stream_msgs_sent");

            for (int i = 0; i < 10; i++) {
                assertThat(stack.get("/request-only").status()).isEqualTo(200);
            }

            assertThat(stack.envoy().extProc("stream_msgs_sent") - before).isEqualTo(20);
            assertThat(stack.envoy().extProc("spurious_msgs_received")).isZero();
        }
    }
}
