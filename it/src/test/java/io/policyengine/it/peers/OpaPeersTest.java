package io.policyengine.it.peers;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.testkit.net.FreePort;
import io.policyengine.testkit.time.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code extAuthz} with the Open Policy Agent. */
@Tag("peers")
class OpaPeersTest {
    private static final String REGO = """
            package http.authz

            default decision := {"allow": false, "status": 403, "body": {"why": "no rule"}}

            decision := {"allow": true, "headers": {"X-Tenant": "t1"}} if {
                input.attributes.request.http.method == "GET"
                input.parsed_path[0] == "open"
            }
            """;

    @TempDir
    Path directory;

    private final int port = FreePort.next();

    @Test
    void decidesAndIsRememberedWhileItIsDownAndAskedAgainWhenItIsBack() throws IOException {
        Path rego = Files.writeString(directory.resolve("authz.rego"), REGO);
        String chain = """
                [{ policy: extAuthz, params: { protocol: opa, target: "http://127.0.0.1:%d", path: /v1/data/http/authz/decision, \
                include_headers: [], cache: { ttl_s: 1, negative_ttl_s: 0, stale_s: 600 }, status_on_error: 503 } }]""".formatted(port);

        try (PeerEngine engine = new PeerEngine(directory.resolve("conf"), chain)) {
            try (Peer _ = opa(rego)) {
                assertThat(engine.get("/open/a").reached().headers().get("x-tenant"))
                        .isEqualTo("t1");
                assertThat(engine.get("/closed").status()).isEqualTo(403);
            }

            assertThat(engine.get("/open/a").status()).isEqualTo(200);
            assertThat(engine.get("/open/never-asked").status()).isEqualTo(503);
            assertThat(engine.get("/closed").status()).isEqualTo(503);

            try (Peer _ = opa(rego)) {
                Await.until(
                        "it is asked again",
                        () -> engine.get("/open/never-asked").status() == 200);
                assertThat(engine.get("/closed").status()).isEqualTo(403);
            }
        }
    }

    private Peer opa(Path rego) {
        return Peer.start(
                "OPA_BIN",
                List.of("run", "--server", "--addr", "127.0.0.1:" + port, "--disable-telemetry", rego.toString()),
                Map.of(),
                directory.resolve("opa.log"),
                "http://127.0.0.1:" + port + "/health");
    }
}
