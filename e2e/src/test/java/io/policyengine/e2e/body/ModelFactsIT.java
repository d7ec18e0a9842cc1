package io.policyengine.e2e.body;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http.HttpResponse;
import io.policyengine.e2e.body.BodyClient.Protocol;
import io.policyengine.e2e.body.BodyClient.Request;
import io.policyengine.e2e.harness.EngineProcess;
import io.policyengine.e2e.harness.EnvoyProcess;
import io.policyengine.e2e.harness.Installation.EnvoyVersion;
import io.policyengine.e2e.harness.TestConf;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** The same models are allowed whether an Envoy tells the model of a request by its own filter, or the engine reads the body. */
class ModelFactsIT {
    private static final String ROUTES = """
            route_policies:
              - route_name: /*
                request_flow: { policy_chain: [{ policy: modelAccess, params: { allow: small, facts: auto } }] }
              - route_name: /bodies/*
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

    /** Tells the client what stands typed in the namespace that the engine writes. */
    private static final String TELLS_TYPED = """
            local function text(value)
              if type(value) ~= 'table' then return tostring(value) end
              local all = ''
              for name, member in pairs(value) do all = all .. name .. '=' .. text(member) .. ';' end
              return all
            end
            function envoy_on_response(handle)
              local metadata = handle:streamInfo():dynamicTypedMetadata('engine')
              handle:headers():replace('x-typed', metadata and text(metadata) or 'none')
            end
            """;

    private static final YAMLMapper YAML = new YAMLMapper();

    private static TestConf conf;
    private static EngineProcess engine;
    private static EchoServer upstream;

    @BeforeAll
    static void start() {
        conf = TestConf.ofTests()
                .replacing(
                        "kernel.yaml",
                        "message_timeout_ms: 20000",
                        "message_timeout_ms: 20000, receiving_typed_namespaces: [ engine ]")
                .with("routes/models.yaml", ROUTES);
        upstream = new EchoServer();
        engine = EngineProcess.embedded(conf).awaitReady();
    }

    @AfterAll
    static void stop() {
        engine.close();
        upstream.close();
        conf.close();
    }

    @ParameterizedTest
    @EnumSource
    void theSameModelsAreAllowedByFactsAndByBodies(EnvoyVersion version) throws IOException {
        try (EnvoyProcess envoy = EnvoyProcess.start(
                        version, conf.directory(), engine.port(), upstream.port(), ModelFactsIT::tellingTyped);
                BodyClient client = new BodyClient(envoy.port())) {
            for (Map.Entry<String, String> request : REQUESTS.entrySet()) {
                String path = request.getKey();
                assertThat(status(client, path, request.getValue(), "small"))
                        .as(path)
                        .isEqualTo(200);
                assertThat(status(client, path, request.getValue(), "large"))
                        .as(path)
                        .isEqualTo(403);
            }
            // By default the engine reads what Envoy reads in one way, and some servers in another.
            assertThat(status(client, "/bodies/v1/chat/completions", """
                    {"model":"small","Model":"large","messages":[]}""", "")).isEqualTo(400);
            assertThat(status(client, "/bodies/v1/chat/completions", """
                    {"model":"small","model":"large","messages":[]}""", "")).isEqualTo(400);

            assertThat(typed(client))
                    .satisfies(told -> assertThat(told).contains(version == EnvoyVersion.V1_40 ? "small" : "none"));
        }
    }

    /** The typed metadata that a filter behind the engine's finds. */
    private static String typed(BodyClient client) throws IOException {
        return Objects.requireNonNull(send(client, "/v1/responses", "{\"model\":\"small\",\"input\":\"hi\"}")
                .head()
                .headers()
                .get("x-typed"));
    }

    private static int status(BodyClient client, String path, String body, String model) throws IOException {
        return send(client, path.replace("MODEL", model), body.replace("MODEL", model))
                .head()
                .status()
                .code();
    }

    private static Collector.Whole<HttpResponse> send(BodyClient client, String path, String body) throws IOException {
        Message message = Message.json(body);
        Request request = new Request(path, message.headers(), List.of(message.body()), false, Map.of());
        return client.send(Protocol.HTTP_1, request).awaitWhole();
    }

    private static String tellingTyped(String config) {
        JsonNode file = YAML.readTree(config);
        ArrayNode filters = (ArrayNode)
                file.at("/static_resources/listeners/0/filter_chains/0/filters/0/typed_config/http_filters");
        ObjectNode lua = filters.insertObject(filters.size() - 1).put("name", "envoy.filters.http.lua");
        lua.putObject("typed_config")
                .put("@type", "type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua")
                .putObject("default_source_code")
                .put("inline_string", TELLS_TYPED);
        return YAML.writeValueAsString(file);
    }
}
