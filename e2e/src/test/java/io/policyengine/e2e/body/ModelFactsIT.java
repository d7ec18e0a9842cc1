package io.policyengine.e2e.body;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.e2e.body.BodyClient.Protocol;
import io.policyengine.e2e.body.BodyClient.Request;
import io.policyengine.e2e.harness.EngineProcess;
import io.policyengine.e2e.harness.EnvoyProcess;
import io.policyengine.e2e.harness.Installation.EnvoyVersion;
import io.policyengine.e2e.harness.TestConf;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The same models are allowed whether an Envoy tells the model of a request by its own filter, or the engine reads the body. */
class ModelFactsIT {
    private static final String ROUTES = """
            route_policies:
              - route_name: /*
                request_flow: { policy_chain: [{ policy: modelAccess, params: { allow: small } }] }
            """;

    /** Paths and bodies by interface; MODEL stands for the model. */
    private static final Map<String, String> REQUESTS = Map.of(
            "/v1/chat/completions", "{\"model\":\"MODEL\",\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]}",
            "/v1/responses", "{\"model\":\"MODEL\",\"input\":\"hello\"}",
            "/v1/messages",
                    "{\"model\":\"MODEL\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]}",
            "/v1beta/models/MODEL:generateContent",
                    "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"hello\"}]}]}",
            "/model/MODEL/converse", "{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"hello\"}]}]}");

    @ParameterizedTest
    @EnumSource
    void theSameModelsAreAllowedByFactsAndByBodies(EnvoyVersion version) {
        TestConf conf = TestConf.ofTests().with("routes/models.yaml", ROUTES);
        try (conf;
                EchoServer upstream = new EchoServer();
                EngineProcess engine = EngineProcess.embedded(conf).awaitReady();
                EnvoyProcess envoy = EnvoyProcess.start(version, conf.directory(), engine.port(), upstream.port());
                BodyClient client = new BodyClient(envoy.port())) {
            REQUESTS.forEach((path, body) -> {
                assertThat(status(client, path, body, "small")).as(path).isEqualTo(200);
                assertThat(status(client, path, body, "large")).as(path).isEqualTo(403);
            });
        }
    }

    private static int status(BodyClient client, String path, String body, String model) {
        Message message = Message.json(body.replace("MODEL", model));
        Request request =
                new Request(path.replace("MODEL", model), message.headers(), List.of(message.body()), false, Map.of());
        try {
            return client.send(Protocol.HTTP_1, request)
                    .awaitWhole()
                    .head()
                    .status()
                    .code();
        } catch (IOException broken) {
            throw new AssertionError(path, broken);
        }
    }
}
