package io.policyengine.e2e.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.e2e.harness.EngineProcess;
import io.policyengine.e2e.harness.EnvoyProcess;
import io.policyengine.e2e.harness.Eventually;
import io.policyengine.e2e.harness.Installation;
import io.policyengine.e2e.harness.Installation.EnvoyVersion;
import io.policyengine.e2e.harness.NodeProgram;
import io.policyengine.e2e.harness.OsProcess;
import io.policyengine.e2e.harness.TestConf;
import io.policyengine.e2e.harness.Upstream;
import io.policyengine.e2e.harness.Web;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * The pictures of the admin page in the docs. {@code -Dpolicyengine.screenshots=true} takes them of an engine as a shop may have it, and prints
 * what {@code top} says of it.
 */
class AdminPicturesIT {
    private static final int LONGEST_RUN_SECONDS = 180;
    private static final long LARGEST = 100_000;
    private static final int WIDE = 1280;
    private static final int PHONE = 390;
    private static final Path FOLDER = Installation.home().resolve("docs/images");

    @Test
    void areSmallAndOfBothWidths() throws IOException {
        if (Boolean.getBoolean("policyengine.screenshots")) {
            take(Files.createDirectories(FOLDER));
        }

        try (var files = Files.list(FOLDER)) {
            assertThat(files.filter(file -> file.toString().endsWith(".png")))
                    .hasSizeGreaterThan(3)
                    .allSatisfy(file -> assertThat(Files.size(file)).isLessThan(LARGEST));
        }
        for (String view : List.of("overview", "routes", "denials")) {
            assertThat(width(view)).isEqualTo(WIDE);
            assertThat(width(view + "-phone")).isEqualTo(PHONE);
        }
        assertThat(width("workers-dark")).isEqualTo(WIDE);
        assertThat(width("workers-phone-dark")).isEqualTo(PHONE);
    }

    /** The width in the head of a PNG. */
    private static int width(String picture) throws IOException {
        return ByteBuffer.wrap(Files.readAllBytes(FOLDER.resolve("admin-" + picture + ".png")))
                .getInt(16);
    }

    private static TestConf conf() {
        return TestConf.empty()
                .underLoad()
                .with("kernel.yaml", """
                policy_kernel:
                  server: { address: 127.0.0.1, port: 0, drain_delay_ms: 0 }
                  workers: [{ name: default-worker }]
                  observability: { metrics_port: 0 }
                  unknown_route: deny
                  open_routes: [/assets]
                """)
                .with("worker.yaml", """
                worker_core: { name: default-worker }
                """)
                .with("routes/shop.yaml", """
                chains:
                  secured:
                    - policy: apiKeyAuth
                      params: { keys: [{ consumer: web-shop, sha256: "f1e11f3daa772c73e550243fa00ad77409485764c1b161be7d13b4ccb84ade01" }] }
                route_policies:
                  - route_name: /api/catalogue
                    request_flow:
                      policy_chain:
                        - { policy: requestId }
                        - { policy: rateLimit, params: { requests_per_second: 50, burst: 100, key: client_ip } }
                    response_flow:
                      policy_chain: [{ policy: addSecurityHeaders }]
                  - route_name: /api/orders
                    request_flow:
                      policy_chain:
                        - { chain: secured }
                        - { policy: rateLimit, params: { requests_per_second: 50, burst: 100 } }
                        - policy: jsonSchemaValidation
                          params: { schema: { type: object, required: [id, items], properties: { items: { type: array } } } }
                    response_flow:
                      policy_chain: [{ policy: addSecurityHeaders }]
                  - route_name: /api/customers
                    request_flow:
                      policy_chain: [{ policy: requestId }, { chain: secured }, { policy: concurrencyLimit, params: { max: 50, key: identity } }]
                    response_flow:
                      policy_chain: [{ policy: addSecurityHeaders }]
                  - route_name: /login
                    request_flow:
                      policy_chain: [{ policy: rateLimit, params: { requests_per_second: 2, burst: 5, key: client_ip } }]
                    response_flow:
                      policy_chain: [{ policy: addSecurityHeaders }]
                  - route_name: /reports
                    request_flow:
                      policy_chain: [{ chain: secured }, { policy: concurrencyLimit, params: { max: 5, key: identity } }]
                  - route_name: /webhooks/payments
                    request_flow:
                      policy_chain: [{ chain: secured }, { policy: transformHeaders, params: { set: { X-Source: payments } } }]
                """);
    }

    private static void take(Path folder) {
        try (TestConf conf = conf();
                EngineProcess engine = EngineProcess.embedded(conf);
                Upstream upstream = Upstream.start();
                EnvoyProcess envoy =
                        EnvoyProcess.start(EnvoyVersion.V1_40, conf.directory(), engine.port(), upstream.port())) {
            conf.replacing(
                    "routes/shop.yaml",
                    "requests_per_second: 50, burst: 100 }",
                    "requests_per_second: 80, burst: 160 }");
            int admin = engine.metricsPort();
            Eventually.isTrue(
                    "the second generation",
                    () -> Web.get(admin, "/generations")
                                    .json()
                                    .path("generations")
                                    .size()
                            == 2);
            List<String> arguments = List.of(
                    "http://127.0.0.1:" + admin + "/ui/", "http://127.0.0.1:" + envoy.port(), folder.toString());
            List<String> top =
                    Installation.engine("top", "--once", "--interval", "30", "--admin", "127.0.0.1:" + admin);
            try (OsProcess pictures = NodeProgram.start("admin-pictures", "admin-pictures.mjs", arguments);
                    OsProcess terminal = OsProcess.start("top", top, Map.of())) {
                assertThat(terminal.exitCodeWithin(LONGEST_RUN_SECONDS))
                        .as(terminal.output())
                        .isZero();
                System.out.println(terminal.output());
                assertThat(pictures.exitCodeWithin(LONGEST_RUN_SECONDS))
                        .as(pictures.output())
                        .isZero();
            }
        }
    }
}
