package io.policyengine.e2e.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.policyengine.e2e.harness.EachEnvoy;
import io.policyengine.e2e.harness.EngineProcess;
import io.policyengine.e2e.harness.EnvoyProcess;
import io.policyengine.e2e.harness.Installation.EnvoyVersion;
import io.policyengine.e2e.harness.TestConf;
import io.policyengine.e2e.harness.Upstream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * {@code clientCertificate} behind a real Envoy whose listener ends TLS: what Envoy itself says of the certificate counts, by its attributes and
 * by the field that it writes.
 */
class ClientCertificateIT {
    private static final YAMLMapper YAML = new YAMLMapper();
    private static final String ROUTES = """
            route_policies:
              - route_name: /certified
                request_flow:
                  policy_chain: [{ policy: clientCertificate, params: { sans: { uri: "spiffe://example.org/alice" } } }]
              - route_name: /forwarded
                request_flow:
                  policy_chain:
                    - { policy: clientCertificate, params: { source: forwarded, sans: { uri: "spiffe://example.org/alice" } } }
            """;

    @TempDir
    private Path folder;

    /** With TLS on its listener; clients may present a certificate of one of these. */
    private static String withTls(String envoy, TlsClient server, TlsClient... trusted) {
        ObjectNode config = (ObjectNode) YAML.readTree(envoy);
        ObjectNode chain = (ObjectNode) config.at("/static_resources/listeners/0/filter_chains/0");
        ObjectNode http = (ObjectNode) chain.at("/filters/0/typed_config");
        http.put("forward_client_cert_details", "SANITIZE_SET");
        http.putObject("set_current_client_cert_details").put("subject", true).put("uri", true);
        ObjectNode socket = chain.putObject("transport_socket").put("name", "envoy.transport_sockets.tls");
        ObjectNode context = socket.putObject("typed_config")
                .put("@type", "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext")
                .putObject("common_tls_context");
        ObjectNode own = context.putArray("tls_certificates").addObject();
        own.putObject("certificate_chain").put("inline_string", server.certificatePem());
        own.putObject("private_key").put("inline_string", server.keyPem());
        StringBuilder authorities = new StringBuilder();
        for (TlsClient client : trusted) {
            authorities.append(client.certificatePem());
        }
        context.putObject("validation_context").putObject("trusted_ca").put("inline_string", authorities.toString());
        return YAML.writeValueAsString(config);
    }

    @ParameterizedTest
    @EachEnvoy
    void knowsWhoHasTheCertificateAndNobodyElse(EnvoyVersion version) throws Exception {
        TlsClient server = TlsClient.make(folder, "server", "dns:localhost");
        TlsClient alice = TlsClient.make(folder, "alice", "uri:spiffe://example.org/alice");
        TlsClient bob = TlsClient.make(folder, "bob", "uri:spiffe://example.org/bob");
        TlsClient forged = TlsClient.make(
                Files.createDirectory(folder.resolve("elsewhere")), "alice", "uri:spiffe://example.org/alice");
        try (TestConf conf = TestConf.ofTests().with("routes/certified.yaml", ROUTES);
                Upstream upstream = Upstream.start();
                EngineProcess engine = EngineProcess.embedded(conf);
                EnvoyProcess envoy = EnvoyProcess.start(
                        version,
                        conf.directory(),
                        engine.port(),
                        upstream.port(),
                        config -> withTls(config, server, alice, bob))) {

            TlsClient.Answer known = alice.of(server).get(envoy.port(), "/certified");
            assertThat(known.status()).isEqualTo(200);
            assertThat(userOf(known)).isEqualTo("spiffe://example.org/alice");
            String[] forgery = {"x-forwarded-client-cert", "URI=spiffe://example.org/alice"};
            TlsClient.Answer forwarded = alice.of(server).get(envoy.port(), "/forwarded");
            assertThat(forwarded.status()).isEqualTo(200);
            assertThat(userOf(forwarded)).isEqualTo("spiffe://example.org/alice");
            for (String path : List.of("/certified", "/forwarded")) {
                assertThat(bob.of(server).get(envoy.port(), path, forgery).status())
                        .as(path)
                        .isEqualTo(403);
                assertThat(server.withoutCertificate()
                                .get(envoy.port(), path, forgery)
                                .status())
                        .as(path)
                        .isEqualTo(401);
            }
            assertThatThrownBy(() -> forged.of(server).get(envoy.port(), "/certified"))
                    .as("Envoy trusts nobody who has made the same names himself")
                    .isInstanceOf(IOException.class);
        }
    }

    private static String userOf(TlsClient.Answer answer) {
        JsonNode seen = YAML.readTree(answer.body());
        return seen.at("/headers/x-user-id").asString("");
    }
}
