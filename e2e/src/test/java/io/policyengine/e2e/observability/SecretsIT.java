package io.policyengine.e2e.observability;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.e2e.harness.Command;
import io.policyengine.e2e.harness.EngineProcess;
import io.policyengine.e2e.harness.Installation.EnvoyVersion;
import io.policyengine.e2e.harness.Stack;
import io.policyengine.e2e.harness.Stack.Setup;
import io.policyengine.e2e.harness.Stack.Shape;
import io.policyengine.e2e.harness.TestConf;
import io.policyengine.e2e.harness.Web;
import io.policyengine.testkit.trace.OtlpReceiver;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Secrets of operators and of clients, in a kernel and a worker that are processes of their own behind a real Envoy, are found in no log,
 * trace, metric, answer of the admin ports, and no word of a command.
 */
class SecretsIT {
    /** What all of them have. */
    private static final String MARK = "hush7h";

    private static final String TOKEN = MARK + "-admin-token-0123456789";
    private static final String KEY = MARK + "-client-key-0123456789";

    /** Where one was seen, and what stood around it. */
    private final Map<String, String> found = new TreeMap<>();

    private static TestConf conf(OtlpReceiver traces) {
        return TestConf.ofTests()
                .with("token", TOKEN)
                .with("target-key", MARK + "-target-key")
                .with("redis-password", MARK + "-redis-password")
                .with("set-value", MARK + "-set-value")
                .replacing(
                        "kernel.yaml",
                        "metrics_port: 0",
                        "metrics_port: 0, log_level: trace, admin_tokens: [{ name: ops, role: write, file: token }],"
                                + " access_log: { sample: 1 }, recorder: { sample: 1 }, tracing: { enabled: true,"
                                + " sampling_rate: 1.0, export_interval_ms: 50, endpoint: '" + traces.url()
                                + "', headers: { authorization: 'Bearer " + MARK + "-otlp' } }")
                .replacing("worker.yaml", "observability: { metrics_port: 0 }", """
                        observability: { metrics_port: 0, log_level: trace }
                          targets:
                            auth: { url: "http://127.0.0.1:9", timeout_ms: 500, headers: { X-Api-Key: "${file:target-key}" } }
                          stores:
                            shared: { url: "redis://127.0.0.1:9", username: engine, password: "${file:redis-password}" }""")
                .with("routes/secrets.yaml", """
                        route_policies:
                          - route_name: /key
                            request_flow:
                              policy_chain: [ { policy: apiKeyAuth, params: { keys: [ { consumer: one, plain: %1$s } ], query_param: api_key, cookie_name: k } } ]
                          - route_name: /jwt
                            request_flow:
                              policy_chain: [ { policy: jwtValidation, params: { issuers: [ { issuer: "http://127.0.0.1:9", jwks_uri: "http://127.0.0.1:9/keys" } ] } } ]
                          - route_name: /ext
                            request_flow:
                              policy_chain: [ { policy: extAuthz, params: { protocol: opa, target: auth, path: /v1/authz, include_headers: [ Authorization, Cookie ] } } ]
                          - route_name: /set
                            request_flow:
                              policy_chain: [ { policy: transformHeaders, params: { set: { X-Secret: "${file:set-value}" } } } ]
                          - route_name: /filter
                            request_flow:
                              processing_mode: buffered_body
                              policy_chain: [ { policy: contentFilter, params: { words: [ %2$s-word ], action: deny, where: [ body, query ] } } ]
                          - route_name: /limit
                            request_flow:
                              policy_chain: [ { policy: rateLimit, params: { requests_per_second: 1, burst: 1, key: "header:X-Key", store: shared } } ]
                        """.formatted(KEY, MARK));
    }

    private void look(String where, String text) {
        int at = text.indexOf(MARK);
        if (at >= 0) {
            found.put(where, text.substring(Math.max(0, at - 120), Math.min(text.length(), at + 60)));
        }
    }

    private void requests(Stack stack) {
        int port = stack.envoy().port();
        for (String route : List.of("/key", "/jwt", "/ext", "/set", "/filter", "/limit", "/open", "/nowhere")) {
            List<Web.Answer> answers = List.of(
                    Web.get(port, route + "?api_key=" + KEY, "x-key", MARK + "-tenant"),
                    Web.get(port, route, "x-api-key", MARK + "-wrong", "cookie", "k=" + MARK + "-cookie"),
                    Web.get(port, route, "authorization", "Bearer eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJodXNoN2gifQ." + MARK),
                    Web.get(port, route + "?q=" + MARK + "-word", "traceparent", "00-" + MARK, "baggage", "t=" + MARK),
                    Web.send(
                            "POST",
                            port,
                            route,
                            "{\"password\": \"" + MARK + "-word\"}",
                            "content-type",
                            "application/json"));
            answers.stream()
                    .filter(answer -> answer.status() != 200)
                    .forEach(answer -> look("answer of " + route + ", " + answer.status(), answer.body()));
        }
    }

    private void admin(EngineProcess process, String... paths) {
        for (String path : paths) {
            Web.Answer answer = Web.get(process.metricsPort(), path, "authorization", "Bearer " + TOKEN);
            assertThat(answer.status()).as(path).isEqualTo(200);
            look(path, answer.body());
        }
    }

    @Test
    void areFoundNowhere() {
        try (OtlpReceiver traces = OtlpReceiver.start();
                Stack stack = Stack.start(new Setup(EnvoyVersion.V1_40, Shape.TWO_PROCESSES), conf(traces))) {
            requests(stack);

            traces.await(spans -> spans.stream().anyMatch(span -> span.name().equals("worker.policy.apiKeyAuth"))
                    && spans.stream().anyMatch(span -> span.name().equals("worker.policy.rateLimit")));
            traces.spans().forEach(span -> look("span " + span.name(), span.toString()));
            admin(
                    stack.kernel(),
                    "/metrics",
                    "/config",
                    "/routes",
                    "/routes/%2Fset",
                    "/routes/%2Fkey",
                    "/routes/%2Fkey/plan",
                    "/workers",
                    "/policies",
                    "/generations",
                    "/exchanges?limit=200",
                    "/logging",
                    "/stats");
            admin(stack.worker(), "/metrics");
            String at = "127.0.0.1:" + stack.kernel().metricsPort();
            String file = stack.conf().directory().resolve("token").toString();
            for (String[] command : new String[][] {
                {"explain", "--last-denied", "--admin", at, "--token-file", file},
                {"explain", "--route", "/key", "--admin", at, "--token-file", file},
                {"explain", "--last-failed", "--json", "--admin", at, "--token-file", file},
                {"top", "--once", "--interval", "1", "--admin", at, "--token-file", file},
                {"validate", stack.conf().path()},
                {"envoy-config", stack.conf().path()}
            }) {
                Command said = Command.run(command);
                assertThat(said.output()).isNotEmpty();
                look(String.join(" ", command), said.output());
            }
            stack.kernel().process().lines().forEach(line -> look("kernel: " + line, line));
            stack.worker().process().lines().forEach(line -> look("worker: " + line, line));

            assertThat(stack.kernel().process().output()).contains("\"level\":\"TRACE\"", "\"component\":\"access\"");
            assertThat(found).isEmpty();
        }
    }
}
