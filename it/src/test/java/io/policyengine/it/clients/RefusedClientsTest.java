package io.policyengine.it.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.core.policy.PolicyFactory;
import io.policyengine.policies.StandardPolicies;
import io.policyengine.testkit.policy.PolicyTester;
import io.policyengine.testkit.policy.TestMessages;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Requests of the official libraries of OpenAI and Anthropic that a policy refuses, and the errors that they throw. They run in Node, as in
 * {@link ClientLibrariesTest}.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RefusedClientsTest {
    private static final String PACKAGES = "POLICY_ENGINE_NODE_PACKAGES";
    private static final int CALLS = 12;

    private final Vertx vertx = Vertx.vertx();
    private final PolicyTester access = modelAccess();
    private HttpServer server;

    RefusedClientsTest() {
        server = vertx.createHttpServer().requestHandler(this::answer);
    }

    private static PolicyTester modelAccess() {
        PolicyFactory<?> factory = StandardPolicies.all().stream()
                .filter(each -> each.descriptor().name().equals("modelAccess"))
                .findFirst()
                .orElseThrow();
        return PolicyTester.of(factory, "allow: small");
    }

    @BeforeAll
    void start() throws Exception {
        server = server.listen(0, "127.0.0.1").await(10, TimeUnit.SECONDS);
    }

    @AfterAll
    void stop() throws Exception {
        vertx.close().await(10, TimeUnit.SECONDS);
    }

    private void answer(HttpServerRequest request) {
        request.body().onSuccess(body -> refuse(request, body));
    }

    private void refuse(HttpServerRequest request, Buffer body) {
        ImmediateResponse denial = access.request(TestMessages.get(request.uri())
                        .withMethod(request.method().name())
                        .withBody(body))
                .denial();
        HttpServerResponse response = request.response().setStatusCode(denial.status());
        denial.headers().forEach(response::putHeader);
        response.end(denial.body());
    }

    @Test
    void theLibrariesThrowWhatTheyThrowForTheirProvidersOwnRefusals() throws Exception {
        String packages = System.getenv(PACKAGES);
        assumeTrue(
                packages != null || Boolean.parseBoolean(System.getenv("CI")),
                PACKAGES + " is not set: scripts/node-packages prints its value");

        JsonNode told = read(Objects.requireNonNull(packages, PACKAGES));

        assertThat(told).hasSize(CALLS);
        assertThat(told).allSatisfy(call -> {
            JsonNode error = call.path("error");
            assertThat(error.path("class").stringValue()).isEqualTo("PermissionDeniedError");
            assertThat(error.path("status").intValue()).isEqualTo(403);
            assertThat(error.path("code").stringValue()).isIn("MODEL_DENIED", "MODEL_UNKNOWN");
            assertThat(error.path("message").stringValue()).contains("model");
        });
    }

    private JsonNode read(String packages) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(
                        "node", "src/test/node/read-refusals.mjs", "http://127.0.0.1:" + server.actualPort())
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put(PACKAGES, packages);
        Process node = builder.start();
        try {
            String output = new String(node.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(node.waitFor()).isZero();
            return new JsonMapper().readTree(output);
        } finally {
            node.destroyForcibly();
        }
    }
}
