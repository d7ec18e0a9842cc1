package io.policyengine.e2e.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.e2e.harness.EngineProcess;
import io.policyengine.e2e.harness.Eventually;
import io.policyengine.e2e.harness.Installation;
import io.policyengine.e2e.harness.Installation.EnvoyVersion;
import io.policyengine.e2e.harness.OsProcess;
import io.policyengine.e2e.harness.TestConf;
import io.policyengine.testkit.net.FreePort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The TLS proxy before the admin port that docs/management-api.md shows. */
class AdminProxyIT {
    private static final Pattern BLOCK = Pattern.compile("(?s)```yaml\n(static_resources:.*?)```");
    private static final String TOKEN = "a-token-of-dashboards";
    private static final List<String> PATHS = List.of("/config", "/routes", "/exchanges", "/generations");

    @TempDir
    private Path folder;

    @Test
    void opensReadingToTokensOnly() throws Exception {
        TestConf conf = TestConf.ofTests()
                .replacing(
                        "kernel.yaml",
                        "metrics_port: 0",
                        "metrics_port: 0, admin_tokens: [ { name: dashboards, role: read, file: token } ]")
                .with("token", TOKEN + "\n");
        TlsClient server = TlsClient.make(folder, "server", "dns:localhost");
        int port = FreePort.next();
        try (EngineProcess engine = EngineProcess.embedded(conf);
                OsProcess proxy = proxy(server, engine.metricsPort(), port)) {
            awaitProxy(proxy, server, port);

            for (String path : PATHS) {
                assertThat(server.withoutCertificate().get(port, path).status())
                        .as(path)
                        .isEqualTo(401);
                assertThat(server.withoutCertificate()
                                .get(port, path, "Authorization", "Bearer " + TOKEN)
                                .status())
                        .as(path)
                        .isEqualTo(200);
            }
        }
    }

    /** As if somebody had forgotten the tokens. */
    @Test
    void opensNothingWhileNoTokenIsConfigured() throws Exception {
        TlsClient server = TlsClient.make(folder, "server", "dns:localhost");
        int port = FreePort.next();
        try (EngineProcess engine = EngineProcess.embedded(TestConf.ofTests());
                OsProcess proxy = proxy(server, engine.metricsPort(), port)) {
            awaitProxy(proxy, server, port);

            for (String path : PATHS) {
                TlsClient.Answer answer = server.withoutCertificate().get(port, path);
                assertThat(answer.status()).as(path).isEqualTo(403);
                assertThat(answer.body()).contains("a proxy forwarded this request");
            }
        }
    }

    private OsProcess proxy(TlsClient server, int adminPort, int port) throws IOException {
        Matcher block = BLOCK.matcher(Files.readString(Installation.home().resolve("docs/management-api.md")));
        assertThat(block.find()).isTrue();
        Path certificate = Files.writeString(folder.resolve("admin.crt"), server.certificatePem());
        Path key = Files.writeString(folder.resolve("admin.key"), server.keyPem());
        String envoy = block.group(1)
                .replace("0.0.0.0, port_value: 9443", "127.0.0.1, port_value: " + port)
                .replace("port_value: 9090", "port_value: " + adminPort)
                .replace("/etc/envoy/admin.crt", certificate.toString())
                .replace("/etc/envoy/admin.key", key.toString());
        Path file = Files.writeString(folder.resolve("envoy.yaml"), envoy);
        return OsProcess.start(
                "envoy",
                List.of(
                        EnvoyVersion.single().binary().toString(),
                        "--config-path",
                        file.toString(),
                        "--disable-hot-restart",
                        "--concurrency",
                        "1",
                        "--log-level",
                        "error"),
                Map.of());
    }

    private static void awaitProxy(OsProcess proxy, TlsClient server, int port) {
        Eventually.isTrue("the proxy", () -> {
            proxy.requireAlive();
            try {
                return server.withoutCertificate().get(port, "/health/live").status() == 200;
            } catch (IOException notYet) {
                return false;
            } catch (Exception wrong) {
                throw new AssertionError(wrong);
            }
        });
    }
}
