package io.policyengine.it.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.policyengine.core.policy.PolicyFactory;
import io.policyengine.policies.StandardPolicies;
import io.policyengine.testkit.policy.PolicyTester;
import io.policyengine.testkit.policy.TestMessages;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Streams that policies let pass, masked and denied, read by the official libraries of OpenAI and Anthropic. They run in Node, which {@code
 * scripts/node-packages} gives the libraries; the folder that it prints is {@code POLICY_ENGINE_NODE_PACKAGES}.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClientLibrariesTest {
    private static final String PACKAGES = "POLICY_ENGINE_NODE_PACKAGES";
    private static final List<String> PIECES =
            List.of("Hello, ", "the key is AKIAQ3EG", "YW5LZ7KD2M", "PX, and this is for", "bidden", " stuff", ".");
    private static final String TEXT = String.join("", PIECES);
    private static final String MASKED = TEXT.replace("AKIAQ3EGYW5LZ7KD2MPX", "***");
    private static final int CUTS = 3;

    /**
     * A stream after a policy.
     *
     * @param text that the library must have read; of a denied stream what must not be in it
     */
    private record Row(String policy, String params, boolean denied, String text) {}

    private static final List<Row> ROWS = List.of(
            new Row("contentModerationGuardrail", "{ checks: { type: words, words: absent } }", false, TEXT),
            new Row("contentModerationGuardrail", "{ checks: { type: secrets }, action: mask }", false, MASKED),
            new Row(
                    "contentModerationGuardrail",
                    "{ checks: [ { type: prompt_injection }, { type: secrets, action: mask } ], window_bytes: 256, overlap_bytes: 64 }",
                    false,
                    MASKED),
            new Row("contentModerationGuardrail", "{ checks: { type: words, words: forbidden } }", true, "forbidden"),
            new Row(
                    "contentModerationGuardrail",
                    "{ checks: { type: words, words: forbidden }, hold: none }",
                    true,
                    "forbidden stuff"),
            new Row("contentFilter", "{ words: [forbidden], action: mask }", false, TEXT.replace("forbidden", "***")),
            new Row("contentFilter", "words: [forbidden]", true, "forbidden"),
            new Row("piiRedaction", "entities: [aws_key]", false, TEXT.replace("AKIAQ3EGYW5LZ7KD2MPX", "[AWS_KEY]")));

    private final Vertx vertx = Vertx.vertx();
    private final Map<String, List<Buffer>> streams = new LinkedHashMap<>();
    private final Map<String, Row> rows = new LinkedHashMap<>();
    private final List<String> arguments = new ArrayList<>();
    private HttpServer server;

    ClientLibrariesTest() {
        server = vertx.createHttpServer().requestHandler(this::answer);
    }

    @BeforeAll
    void start() throws Exception {
        for (Row row : ROWS) {
            for (ProviderStream provider : ProviderStream.values()) {
                for (int cut = 0; cut < CUTS; cut++) {
                    String name = "s" + streams.size();
                    rows.put(name, row);
                    streams.put(name, guarded(row, provider, new Random(streams.size())));
                    arguments.add(name);
                    arguments.add(provider.api());
                }
            }
        }
        server = server.listen(0, "127.0.0.1").await(10, TimeUnit.SECONDS);
    }

    @AfterAll
    void stop() throws Exception {
        vertx.close().await(10, TimeUnit.SECONDS);
    }

    private static List<Buffer> guarded(Row row, ProviderStream provider, Random random) {
        PolicyFactory<?> factory = StandardPolicies.all().stream()
                .filter(each -> each.descriptor().name().equals(row.policy))
                .findFirst()
                .orElseThrow();
        PolicyTester tester = PolicyTester.of(factory, row.params);
        return tester.responseChunks(
                        TestMessages.response(200, "content-type", "text/event-stream"),
                        tester.request(TestMessages.get("/")),
                        cut(provider.of(PIECES), random))
                .chunks();
    }

    private static List<Buffer> cut(Buffer body, Random random) {
        List<Buffer> chunks = new ArrayList<>();
        int at = 0;
        while (at < body.length()) {
            int end = Math.min(body.length(), at + 1 + random.nextInt(200));
            chunks.add(body.getBuffer(at, end));
            at = end;
        }
        return chunks;
    }

    private void answer(HttpServerRequest request) {
        String path = Objects.requireNonNull(request.path());
        String name = path.substring(1, path.indexOf('/', 1));
        HttpServerResponse response =
                request.response().setChunked(true).putHeader("content-type", "text/event-stream");
        Objects.requireNonNull(streams.get(name)).forEach(response::write);
        response.end();
    }

    @Test
    void theLibrariesReadEveryStreamAndThrowNothingButTheirOwnError() throws Exception {
        String packages = System.getenv(PACKAGES);
        assumeTrue(
                packages != null || Boolean.parseBoolean(System.getenv("CI")),
                PACKAGES + " is not set: scripts/node-packages prints its value");

        JsonNode told = read(Objects.requireNonNull(packages, PACKAGES));

        assertThat(told).hasSize(streams.size());
        for (JsonNode stream : told) {
            Row row = Objects.requireNonNull(rows.get(stream.path("name").stringValue()));
            String text = stream.path("text").stringValue();
            JsonNode error = stream.path("error");
            if (row.denied) {
                assertThat(text).as("%s", row).doesNotContain(row.text);
                assertThat(error.path("own").asBoolean(false))
                        .as("%s: %s", row, error)
                        .isTrue();
                assertThat(error.path("message").stringValue()).contains("The response contains forbidden content");
            } else {
                assertThat(error.isNull()).as("%s: %s", row, error).isTrue();
                assertThat(text).as("%s", row).isEqualTo(row.text);
            }
        }
    }

    private JsonNode read(String packages) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(
                List.of("node", "src/test/node/read-streams.mjs", "http://127.0.0.1:" + server.actualPort()));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
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
