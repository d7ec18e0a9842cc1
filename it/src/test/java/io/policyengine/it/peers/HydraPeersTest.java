package io.policyengine.it.peers;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.testkit.time.Await;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** {@code jwtValidation} with Ory Hydra: discovery, its keys, and their rotation. */
@Tag("peers")
class HydraPeersTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String SECRET = "hush-hush-hush";

    @TempDir
    Path directory;

    private final int publicPort = Peer.freePort();
    private final int adminPort = Peer.freePort();
    private final String issuer = "http://127.0.0.1:" + publicPort;
    private final String admin = "http://127.0.0.1:" + adminPort;

    @Test
    void tokensAreKnownByDiscoveryAndKeysMayRotateWithoutAWrongVerdict() {
        String chain = """
                [{ policy: jwtValidation, params: { issuers: [ { issuer: "%s", audiences: orders, algorithms: RS256, discovery: true } ], \
                required_scopes: orders:read, jwks: { cooldown_s: 1 } } }]""".formatted(issuer);

        try (Peer _ = hydra();
                PeerEngine engine = new PeerEngine(directory.resolve("conf"), chain)) {
            register("orders");
            register("other");
            String token = token("orders");
            Await.until(
                    "the keys are known",
                    () -> engine.get("/", "authorization", "Bearer " + token).status() == 200);
            assertThat(engine.get("/", "authorization", "Bearer " + token)
                            .reached()
                            .headers()
                            .get("x-user-id"))
                    .isEqualTo("orders");
            assertThat(engine.get("/").status()).isEqualTo(401);
            assertThat(engine.get("/", "authorization", "Bearer " + token("other"))
                            .status())
                    .isEqualTo(403);

            for (int rotation = 0; rotation < 3; rotation++) {
                rotate("key-" + rotation);
                String fresh = token("orders");

                Await.until(
                        "the new key is known",
                        () -> engine.get("/", "authorization", "Bearer " + fresh)
                                        .status()
                                == 200);
                assertThat(engine.get("/", "authorization", "Bearer " + token).status())
                        .isEqualTo(200);
                assertThat(engine.get("/", "authorization", "Bearer " + damaged(fresh))
                                .status())
                        .isEqualTo(401);
            }
        }
    }

    private Peer hydra() {
        return Peer.start(
                "HYDRA_BIN",
                List.of("serve", "all", "--dev"),
                Map.of(
                        "DSN", "memory",
                        "SERVE_PUBLIC_HOST", "127.0.0.1",
                        "SERVE_PUBLIC_PORT", Integer.toString(publicPort),
                        "SERVE_ADMIN_HOST", "127.0.0.1",
                        "SERVE_ADMIN_PORT", Integer.toString(adminPort),
                        "URLS_SELF_ISSUER", issuer,
                        "STRATEGIES_ACCESS_TOKEN", "jwt",
                        "SECRETS_SYSTEM", "0123456789abcdef0123456789abcdef",
                        "SQA_OPT_OUT", "true"),
                directory.resolve("hydra.log"),
                issuer + "/health/ready");
    }

    private void register(String client) {
        HttpResponse<String> answer =
                Peer.post(admin + "/admin/clients", "application/json", """
                {"client_id": "%s", "client_secret": "%s", "grant_types": ["client_credentials"], "scope": "orders:read",
                 "audience": ["%s"], "token_endpoint_auth_method": "client_secret_basic"}""".formatted(client, SECRET, client));

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    }

    /** A token of client credentials, for the audience of the client's name. */
    private String token(String client) {
        String credentials =
                Base64.getEncoder().encodeToString((client + ":" + SECRET).getBytes(StandardCharsets.UTF_8));
        HttpResponse<String> answer = Peer.post(
                issuer + "/oauth2/token",
                "application/x-www-form-urlencoded",
                "grant_type=client_credentials&scope=orders:read&audience=" + client,
                "authorization",
                "Basic " + credentials);

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return JSON.readTree(answer.body()).get("access_token").stringValue();
    }

    private void rotate(String key) {
        HttpResponse<String> answer = Peer.post(
                admin + "/admin/keys/hydra.jwt.access-token",
                "application/json",
                "{\"alg\": \"RS256\", \"use\": \"sig\", \"kid\": \"" + key + "\"}");

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    }

    private static String damaged(String token) {
        int middle = token.lastIndexOf('.') + 20;
        char other = token.charAt(middle) == 'A' ? 'B' : 'A';
        return token.substring(0, middle) + other + token.substring(middle + 1);
    }
}
