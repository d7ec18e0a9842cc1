package io.policyengine.e2e.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.e2e.harness.EngineProcess;
import io.policyengine.e2e.harness.EnvoyProcess;
import io.policyengine.e2e.harness.Installation.EnvoyVersion;
import io.policyengine.e2e.harness.Load;
import io.policyengine.e2e.harness.TestConf;
import io.policyengine.e2e.harness.Upstream;
import io.policyengine.e2e.harness.Web;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** An engine whose log nobody reads: its stdout is a pipe that is full. */
class SilentReaderIT {
    /** Several lines each, of which a pipe takes 64 KiB, and the engine keeps 1.5 MiB with this heap. */
    private static final int REQUESTS = 3_000;

    @Test
    void goesOnServingAndCountsTheLinesThatItDropsAndEnds() {
        try (TestConf conf = TestConf.ofTests()
                        .withJvmOptions("-Xmx96m")
                        .replacing("kernel.yaml", "metrics_port: 0", "metrics_port: 0, log_level: debug");
                EngineProcess engine = EngineProcess.unread(conf);
                Upstream upstream = Upstream.start();
                EnvoyProcess envoy =
                        EnvoyProcess.start(EnvoyVersion.single(), conf.directory(), engine.port(), upstream.port());
                Load load = new Load(envoy.port())) {

            Load.Tally tally = Load.await(load.send("/both", REQUESTS, 8));

            assertThat(tally.statuses()).isEqualTo(Map.of(200, REQUESTS));
            assertThat(tally.unprocessed()).isZero();
            assertThat(Web.get(engine.metricsPort(), "/health/live").status()).isEqualTo(200);
            assertThat(Web.get(engine.metricsPort(), "/metrics").body())
                    .containsPattern("policy_engine_log_dropped_total\\{level=\"debug\"} [1-9]");

            engine.process().terminate();

            assertThat(engine.process().exitCode()).isZero();
        }
    }
}
