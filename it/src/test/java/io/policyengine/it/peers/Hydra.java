package io.policyengine.it.peers;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.testkit.net.FreePort;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** Ory Hydra at fixed ports, with all that it knows in its memory: what is registered is gone once it is closed. */
final class Hydra implements AutoCloseable {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String FORM = "application/x-www-form-urlencoded";
    private static final String SECRET = "hush-hush-hush";

    private final Ports places;
    private final Peer peer;

    private Hydra(Ports places, Peer peer) {
        this.places = places;
        this.peer = peer;
    }

    /** Where it serves: the same after a restart. */
    record Ports(int publicPort, int adminPort) {
        static Ports free() {
            return new Ports(FreePort.next(), FreePort.next());
        }

        String issuer() {
            return "http://127.0.0.1:" + publicPort;
        }

        String admin() {
            return "http://127.0.0.1:" + adminPort + "/admin";
        }
    }

    /**
     * Starts it.
     *
     * @param tokens their form: jwt or opaque
     */
    static Hydra start(Ports places, String tokens, Path log) {
        Peer peer = Peer.start(
                "HYDRA_BIN",
                List.of("serve", "all", "--dev"),
                Map.of(
                        "DSN", "memory",
                        "SERVE_PUBLIC_HOST", "127.0.0.1",
                        "SERVE_PUBLIC_PORT", Integer.toString(places.publicPort()),
                        "SERVE_ADMIN_HOST", "127.0.0.1",
                        "SERVE_ADMIN_PORT", Integer.toString(places.adminPort()),
                        "URLS_SELF_ISSUER", places.issuer(),
                        "STRATEGIES_ACCESS_TOKEN", tokens,
                        "SECRETS_SYSTEM", "0123456789abcdef0123456789abcdef",
                        "SQA_OPT_OUT", "true"),
                log,
                places.issuer() + "/health/ready");
        return new Hydra(places, peer);
    }

    /** Registers a client, whose tokens are for the audience of its name. */
    void register(String client) {
        HttpResponse<String> answer =
                Peer.post(places.admin() + "/clients", "application/json", """
                {"client_id": "%s", "client_secret": "%s", "grant_types": ["client_credentials"], "scope": "orders:read",
                 "audience": ["%s"], "token_endpoint_auth_method": "client_secret_basic"}""".formatted(client, SECRET, client));

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    }

    /** A token of client credentials. */
    String token(String client) {
        HttpResponse<String> answer =
                asClient(client, "/oauth2/token", "grant_type=client_credentials&scope=orders:read&audience=" + client);

        return JSON.readTree(answer.body()).get("access_token").stringValue();
    }

    /** Takes a token of this client back. */
    void revoke(String client, String token) {
        asClient(client, "/oauth2/revoke", "token=" + token);
    }

    private HttpResponse<String> asClient(String client, String path, String form) {
        String credentials =
                Base64.getEncoder().encodeToString((client + ":" + SECRET).getBytes(StandardCharsets.UTF_8));
        HttpResponse<String> answer =
                Peer.post(places.issuer() + path, FORM, form, "authorization", "Basic " + credentials);

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer;
    }

    /** Makes a key that signs from now on; those before it stay in the set. */
    void rotate(String key) {
        HttpResponse<String> answer = Peer.post(
                places.admin() + "/keys/hydra.jwt.access-token",
                "application/json",
                "{\"alg\": \"RS256\", \"use\": \"sig\", \"kid\": \"" + key + "\"}");

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    }

    @Override
    public void close() {
        peer.close();
    }
}
