package io.policyengine.policies.content.requestvalidation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.http.ResponseView;
import io.policyengine.core.policy.Metadata;
import io.policyengine.testkit.policy.FakeEnvironment;
import io.policyengine.testkit.policy.PolicyTester;
import io.policyengine.testkit.policy.RequestRun;
import io.policyengine.testkit.policy.TestMessages;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * Documents of others, as {@code scripts/openapi-documents} fetches them: each is read, and judges messages as a person does who reads it. Where they
 * are missing the test is left out, but not with {@code CI=true}.
 */
class PublicDocumentsTest {
    private static final RequestValidationFactory FACTORY = new RequestValidationFactory();

    static List<JsonNode> documents() throws IOException {
        try (InputStream table =
                Objects.requireNonNull(PublicDocumentsTest.class.getResourceAsStream("/public-documents.yaml"))) {
            return StreamSupport.stream(new YAMLMapper().readTree(table).spliterator(), false)
                    .toList();
        }
    }

    private static String text(String name) throws IOException {
        String named = System.getenv("POLICY_ENGINE_OPENAPI_DOCUMENTS");
        String cache = Objects.requireNonNullElse(
                System.getenv("XDG_CACHE_HOME"), System.getProperty("user.home") + "/.cache");
        Path folder = named == null ? Path.of(cache, "policy-engine/openapi-documents/documents") : Path.of(named);
        boolean isThere = Files.exists(folder.resolve(name));
        String missing = folder.resolve(name) + " is missing: scripts/openapi-documents fetches it";
        assertThat(isThere || !"true".equals(System.getenv("CI"))).as(missing).isTrue();
        assumeTrue(isThere, missing);
        return Files.readString(folder.resolve(name));
    }

    @ParameterizedTest
    @MethodSource("documents")
    void aDocumentOfOthersJudgesAsItsReadersDo(JsonNode table) throws IOException {
        String name = table.path("document").stringValue();
        FakeEnvironment environment = new FakeEnvironment();
        environment.writeFile(name, text(name));
        ObjectNode params = ((ObjectNode) table.path("params")).deepCopy().put("openapi_file", name);
        PolicyTester tester = PolicyTester.of(FACTORY, params, environment);

        List<String> otherwise = new ArrayList<>();
        for (JsonNode exchange : table.path("exchanges")) {
            int status = exchange.has("answer") ? response(tester, exchange) : request(tester, exchange);
            if (status != exchange.path("becomes").intValue()) {
                otherwise.add(status + " for " + exchange);
            }
        }

        assertThat(otherwise).as(name).isEmpty();
        assertThat(table.path("exchanges")).isNotEmpty();
    }

    private static RequestView message(JsonNode exchange) {
        String type = exchange.path("type").asString("");
        return TestMessages.request(
                        exchange.path("method").asString("GET"),
                        exchange.path("path").stringValue(),
                        type.isEmpty() ? HeaderMap.empty() : HeaderMap.of("content-type", type),
                        TestMessages.CLIENT_ADDRESS)
                .withBody(Buffer.buffer(exchange.path("body").asString("")));
    }

    private static int request(PolicyTester tester, JsonNode exchange) {
        RequestRun run = tester.request(message(exchange));
        return run.isDenied() ? run.denial().status() : 200;
    }

    private static int response(PolicyTester tester, JsonNode exchange) {
        RequestView request = message(exchange);
        ResponseView response = TestMessages.response(
                        200, "content-type", exchange.path("answer_type").asString("application/json"))
                .withBody(Buffer.buffer(exchange.path("answer").stringValue()));
        return tester.response(response, request, request, Metadata.empty())
                .response()
                .status();
    }
}
