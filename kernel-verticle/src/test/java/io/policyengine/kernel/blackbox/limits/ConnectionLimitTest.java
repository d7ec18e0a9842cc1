package io.policyengine.kernel.blackbox.limits;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.kernel.harness.KernelHarness;
import io.policyengine.kernel.harness.RawHttp2;
import io.policyengine.testkit.time.Await;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** As many Envoys as a large installation has, on a kernel with the default heap. */
class ConnectionLimitTest {
    /** 500 Envoys, each with a connection for each of eight threads. */
    private static final int CONNECTIONS = 500 * 8;

    private static final int WINDOW = 1 << 16;

    private final KernelHarness kernel = KernelHarness.create();
    private final List<RawHttp2> envoys = new ArrayList<>();

    @AfterEach
    void stop() throws IOException {
        for (RawHttp2 envoy : envoys) {
            envoy.close();
        }
        kernel.close();
    }

    @Test
    void fiveHundredEnvoysOfEightThreadsAreServed() throws IOException {
        kernel.start("", "route_policies: []\n");
        int before = (int) kernel.metric("policy_kernel_connections");

        for (int i = 0; i < CONNECTIONS; i++) {
            RawHttp2 envoy = RawHttp2.connect(kernel.port(), WINDOW);
            envoys.add(envoy);
            assertIsServed(envoy);
        }
        for (RawHttp2 envoy : envoys) {
            assertIsServed(envoy);
        }

        assertThat(kernel.metric("policy_kernel_connections")).isEqualTo(before + CONNECTIONS);
        assertThat(kernel.metric("policy_kernel_max_connections")).isGreaterThanOrEqualTo(CONNECTIONS);
        assertThat(kernel.metric("policy_kernel_closed_connections_total{reason=\"unused\"}"))
                .isZero();
        assertThat(kernel.metric("policy_kernel_closed_connections_total{reason=\"refused\"}"))
                .isZero();
        envoys.removeFirst().close();
        Await.until(() -> kernel.metric("policy_kernel_connections") == before + CONNECTIONS - 1);
    }

    private static void assertIsServed(RawHttp2 envoy) throws IOException {
        envoy.message(envoy.call("epe"), 0, RawHttp2.requestHeaders());

        assertThat(envoy.next().type()).isEqualTo(RawHttp2.HEADERS);
        assertThat(envoy.next().type()).isEqualTo(RawHttp2.DATA);
    }
}
