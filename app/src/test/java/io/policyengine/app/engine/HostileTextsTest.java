package io.policyengine.app.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.app.explain.Explain;
import io.policyengine.kernel.KernelVerticle;
import io.policyengine.testkit.envoy.EnvoySim;
import io.policyengine.testkit.envoy.SimRequest;
import io.policyengine.testkit.envoy.SimResponse;
import io.policyengine.testkit.envoy.Upstream;
import io.policyengine.testkit.time.Await;
import io.policyengine.testkit.trace.OtlpReceiver;
import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Texts of clients that would move a cursor, begin a line of their own, or fill what looks at them: whoever reads logs, answers of the API,
 * traces and {@code explain} sees them escaped, and cut.
 */
class HostileTextsTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String TOKEN = "a-token-of-operators";
    private static final String ID = "id\u001b[2J\u0007\u009b1m\u202e\r\n{\"level\":\"ERROR\"}";
    /** Bytes of a header field that is a trace's. */
    private static final int LONG = 8 * 1024;

    private final EmbeddedEngine engine;
    private final OtlpReceiver traces = OtlpReceiver.start();

    HostileTextsTest(@TempDir Path directory) {
        this.engine = new EmbeddedEngine(directory);
    }

    @BeforeEach
    void write() throws IOException {
        engine.write("token", TOKEN);
        engine.write("kernel.yaml", """
                policy_kernel:
                  server: { address: 127.0.0.1, port: 0 }
                  observability:
                    metrics_port: 0
                    admin_tokens: [ { name: ops, role: operate, file: token } ]
                    access_log: { sample: 1 }
                    recorder: { sample: 1, fields: [ traceparent, x-tier ] }
                    tracing: { enabled: true, sampling_rate: 1.0, propagation: [ w3c, b3 ], export_interval_ms: 50, endpoint: "%s" }
                  envoy: { message_timeout_ms: 20000 }
                  limits: { phase_timeout_ms: 15000 }
                  workers: [ { name: default-worker } ]
                """.formatted(traces.url()));
        engine.write("worker.yaml", "worker_core: { name: default-worker }\n");
        engine.write("routes/routes.yaml", """
                route_policies:
                  - route_name: locked
                    request_flow:
                      policy_chain:
                        [ { policy: requestId, params: { trust_client: true } },
                          { policy: apiKeyAuth, params: { keys: [ { consumer: one, plain: a-key-of-a-client-0123 } ] } } ]
                """);
    }

    @AfterEach
    void close() {
        engine.close();
        traces.close();
    }

    private static List<SimRequest> requests() {
        String endless = "00-" + "a".repeat(LONG) + "-b-01";
        return List.of(
                SimRequest.get("/a", "x-request-id", ID, "x-tier", "gold\u001b[31m\n"),
                SimRequest.get("/a", "traceparent", endless, "tracestate", "k=" + "v".repeat(LONG)),
                SimRequest.get("/a", "b3", endless, "x-b3-traceid", "\u001b".repeat(LONG)),
                SimRequest.get("/a\u001b]0;title\u0007\n?q=\u202e", "x-request-id", "i".repeat(LONG)));
    }

    /** Runs each request, of which none passes, and gives the number. */
    private int exchanges(KernelVerticle kernel) {
        EnvoySim envoy = engine.envoy(kernel, "locked");
        for (SimRequest request : requests()) {
            assertThat(Await.result(envoy.exchange(request, Upstream.replying(SimResponse.of(200, "fine"))))
                            .status())
                    .isIn(400, 401);
        }
        Await.result(envoy.shutdown());
        Await.until("the end of all exchanges", () -> kernel.activeExchanges() == 0);
        return requests().size();
    }

    @Test
    void areCleanWhereverTheyAreRead() {
        KernelVerticle kernel = engine.start();
        int all = exchanges(kernel);

        for (String line : engine.lines()) {
            assertThat(JSON.readTree(line).isObject()).isTrue();
            assertThat(line)
                    .doesNotContainPattern("[\\x00-\\x09\\x0b-\\x1f\\x7f]")
                    .endsWith("\n")
                    .containsOnlyOnce("\n");
        }
        String answer = engine.admin(kernel, HttpMethod.GET, "/exchanges?limit=200", "", TOKEN);
        assertThat(answer).startsWith("200 ").doesNotContainPattern("[\\x00-\\x09\\x0b-\\x1f\\x7f]");
        JsonNode exchanges = JSON.readTree(answer.substring(4)).path("exchanges");
        assertThat(exchanges).hasSize(all);
        assertThat(texts(exchanges))
                .isNotEmpty()
                .allSatisfy(text -> assertThat(text.length()).isLessThan(1_024));
        exchanges.forEach(
                exchange -> assertThat(exchange.path("request_id").asString()).matches("[!-~]{1,128}"));
    }

    private static List<String> texts(JsonNode tree) {
        List<String> texts = new ArrayList<>();
        if (tree.isString()) {
            texts.add(tree.stringValue());
        }
        tree.forEach(each -> texts.addAll(texts(each)));
        return texts;
    }

    @Test
    void areEscapedOnTheTerminalOfWhoAsks() {
        KernelVerticle kernel = engine.start();
        exchanges(kernel);

        for (List<String> asked : List.of(
                List.of("--route", "locked"), List.of("--last-denied"), List.of(ID), List.of("i".repeat(100)))) {
            StringWriter said = new StringWriter();
            List<String> arguments = new ArrayList<>(asked);
            arguments.addAll(List.of("--admin", "127.0.0.1:" + kernel.adminPort()));
            PrintWriter out = new PrintWriter(said, true);
            new CommandLine(new Explain(out))
                    .setExecutionExceptionHandler((failure, _, _) -> {
                        out.println(failure.getMessage());
                        return 1;
                    })
                    .execute(arguments.toArray(String[]::new));

            assertThat(said.toString())
                    .isNotEmpty()
                    .doesNotContainPattern("[\\x00-\\x09\\x0b-\\x1f\\x7f\\x{80}-\\x{9f}\\x{202e}]")
                    .hasSizeLessThan(16_384);
        }
    }

    @Test
    void ofTracesAreCutAndNoParent() {
        KernelVerticle kernel = engine.start();
        int all = exchanges(kernel);

        traces.await(spans -> spans.stream()
                        .filter(span -> span.name().equals("kernel.process_request"))
                        .count()
                >= all);

        assertThat(traces.spans()).allSatisfy(span -> {
            assertThat(span.traceId()).hasSize(32);
            assertThat(span.traceState()).hasSizeLessThan(1_024);
            assertThat(span.attributes().values())
                    .allSatisfy(text -> assertThat(text.length()).isLessThan(1_024));
        });
    }
}
