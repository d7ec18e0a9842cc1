package io.policyengine.e2e.workers;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.e2e.harness.EngineProcess;
import io.policyengine.e2e.harness.EnvoyProcess;
import io.policyengine.e2e.harness.Installation;
import io.policyengine.e2e.harness.Installation.EnvoyVersion;
import io.policyengine.e2e.harness.OsProcess;
import io.policyengine.e2e.harness.TestConf;
import io.policyengine.e2e.harness.Upstream;
import io.policyengine.e2e.harness.Web;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The worker that {@code docs/worker-protocol.md} contains, as it is on the page. */
class MinimalWorkerIT {
    private static final String BEGIN = "```python\n";

    private static TestConf conf() {
        return TestConf.empty().with("kernel.yaml", """
                policy_kernel:
                  server: { address: 127.0.0.1, port: 0, drain_delay_ms: 0 }
                  envoy: { message_timeout_ms: 20000 }
                  limits: { phase_timeout_ms: 15000 }
                  observability: { metrics_port: 0 }
                  workers:
                    - { name: blocker, socket_path: SOCKET, timeout_ms: 5000, health_check_timeout_ms: 3000 }
                """).with("routes/blocked.yaml", """
                route_policies:
                  - route_name: /blocked
                    request_flow: { policy_chain: [ { policy: blockList, params: { addresses: [ 127.0.0.1, 192.0.2.7 ] } } ] }
                  - route_name: /other
                    request_flow:
                      policy_chain:
                        - { policy: blockList, params: { addresses: [ 192.0.2.7 ] } }
                        - { policy: blockList, params: { addresses: [ 192.0.2.8 ] } }
                  - route_name: /wrong
                    request_flow: { policy_chain: [ { policy: blockList, params: { addresses: 192.0.2.7 } } ] }
                  - route_name: /tried
                    request_flow: { policy_chain: [ { policy: blockList, mode: shadow, params: { addresses: [ 192.0.2.7 ] } } ] }
                """);
    }

    private static Path program(TestConf conf) throws IOException {
        String page = Files.readString(Installation.home().resolve("docs/worker-protocol.md"));
        int from = page.indexOf(BEGIN) + BEGIN.length();
        return Files.writeString(conf.folder().resolve("worker.py"), page.substring(from, page.indexOf("```", from)));
    }

    @Test
    void deniesTheRequestsOfListedAddresses() throws IOException {
        try (TestConf conf = conf();
                OsProcess worker = PythonWorker.startProgram(program(conf), conf.socket());
                EngineProcess kernel = EngineProcess.kernel(conf).awaitReady();
                Upstream upstream = Upstream.start();
                EnvoyProcess envoy =
                        EnvoyProcess.start(EnvoyVersion.V1_40, conf.directory(), kernel.port(), upstream.port())) {
            Web.Answer denied = Web.get(envoy.port(), "/blocked");

            assertThat(denied.status()).isEqualTo(403);
            assertThat(denied.code()).isEqualTo("ADDRESS_BLOCKED");
            assertThat(denied.json().path("request_id").asString("")).isNotEmpty();
            assertThat(denied.header("x-details")).contains("ADDRESS_BLOCKED");
            assertThat(Web.get(envoy.port(), "/other").status()).isEqualTo(200);
            assertThat(Web.get(envoy.port(), "/wrong").status()).isEqualTo(500);
            assertThat(kernel.process().output()).contains("must be a list such as");
            assertThat(Web.get(envoy.port(), "/tried").status()).isEqualTo(500);
            assertThat(upstream.received()).isEqualTo(1);

            worker.terminate();

            assertThat(worker.exitCode()).as(worker::output).isZero();
        }
    }
}
