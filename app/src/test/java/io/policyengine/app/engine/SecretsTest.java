package io.policyengine.app.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.config.EngineConfig;
import io.policyengine.core.config.files.ConfTexts;
import io.policyengine.core.config.reading.ConfDirectory;
import io.policyengine.kernel.KernelVerticle;
import io.policyengine.testkit.envoy.EnvoySim;
import io.policyengine.testkit.envoy.SimRequest;
import io.policyengine.testkit.envoy.SimResponse;
import io.policyengine.testkit.envoy.SimResult;
import io.policyengine.testkit.envoy.Upstream;
import io.policyengine.testkit.time.Await;
import io.policyengine.testkit.trace.OtlpReceiver;
import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Secrets, planted wherever an operator or a client may put one, are found nowhere: not in the log at level trace, in the access log, in
 * traces, in metrics, in what the admin port shows, in errors of the configuration, in answers to clients, or in what records say of themselves.
 */
class SecretsTest {
    /** What all of them have. A name that nothing else has, and that survives any cutting of texts. */
    private static final String MARK = "hush7h";

    private static final String KEY = MARK + "-client-key-0123456789";
    private static final String ADMIN = MARK + "-admin-token-0123456789";

    private static final List<String> ROUTES = List.of(
            "key", "inline", "basic", "jwt", "introspect", "ext", "filter", "denied", "set", "limit", "unknown");

    private final Path directory;
    private final EmbeddedEngine engine;
    private final OtlpReceiver traces = OtlpReceiver.start();

    /** What nobody may see, and where it was seen all the same. */
    private final Map<String, String> found = new HashMap<>();

    SecretsTest(@TempDir Path directory) {
        this.directory = directory;
        this.engine = new EmbeddedEngine(directory);
    }

    @BeforeEach
    void plant() throws IOException {
        write("admin.token", ADMIN);
        write("target-key", MARK + "-target-key");
        write("redis-password", MARK + "-redis-password");
        write("set-value", MARK + "-set-value");
        write("client-secret", MARK + "-client-secret");
        write(
                "keys.yaml",
                "- consumer: mobile\n  plain: " + KEY + "\n- consumer: other\n  plain: " + MARK + "-key-of-a-file\n");
        write("kernel.yaml", """
                policy_kernel:
                  server: { address: 127.0.0.1, port: 0 }
                  observability:
                    metrics_port: 0
                    log_level: trace
                    admin_tokens: [ { name: ops, role: write, file: admin.token } ]
                    access_log: { sample: 1 }
                    recorder: { sample: 1 }
                    tracing:
                      { enabled: true, sampling_rate: 1.0, export_interval_ms: 50, endpoint: "%2$s", \
                headers: { authorization: "Bearer %1$s-otlp" } }
                  envoy: { message_timeout_ms: 20000 }
                  limits: { phase_timeout_ms: 15000 }
                  workers: [ { name: default-worker } ]
                """.formatted(MARK, traces.url()));
        write("worker.yaml", """
                worker_core:
                  name: default-worker
                  server: { request_timeout_ms: 15000, policy_timeout_ms: 10000 }
                  targets:
                    auth: { url: "http://127.0.0.1:9", timeout_ms: 500, headers: { X-Api-Key: "${file:target-key}" } }
                  stores:
                    shared: { url: "redis://127.0.0.1:9", username: engine, password: "${file:redis-password}" }
                  sinks:
                    usage: { type: http, target: auth }
                """);
        write("routes/routes.yaml", """
                route_policies:
                  - route_name: key
                    request_flow:
                      policy_chain: [ { policy: apiKeyAuth, params: { key_file: keys.yaml, query_param: api_key, cookie_name: k } } ]
                  - route_name: inline
                    request_flow:
                      policy_chain: [ { policy: apiKeyAuth, params: { keys: [ { consumer: one, plain: %1$s-inline-key-012345 } ] } } ]
                  - route_name: basic
                    request_flow:
                      policy_chain:
                        [ { policy: basicAuth, params: { users: { alice: "$2y$10$DPmSlkmkuOiWr7.Oe4jAmeXmQxqHwSmicuJ9T2T2jIZYAUhqGdqRO" } } } ]
                  - route_name: jwt
                    request_flow:
                      policy_chain:
                        [ { policy: jwtValidation, params: { issuers: [ { issuer: "http://127.0.0.1:9", jwks_uri: "http://127.0.0.1:9/keys" } ] } } ]
                  - route_name: introspect
                    request_flow:
                      policy_chain:
                        [ { policy: oauth2Introspection, params: { url: "http://127.0.0.1:9/i", client: { id: gateway, secret: "${file:client-secret}" } } } ]
                  - route_name: ext
                    request_flow:
                      policy_chain:
                        [ { policy: extAuthz, params: { protocol: opa, target: auth, path: /v1/authz, include_headers: [ Authorization, Cookie ] } } ]
                  - route_name: filter
                    request_flow:
                      processing_mode: buffered_body
                      policy_chain: [ { policy: contentFilter, params: { words: [ %1$s-word ], action: log, where: [ body, query ] } } ]
                  - route_name: denied
                    request_flow:
                      processing_mode: buffered_body
                      policy_chain: [ { policy: contentFilter, params: { words: [ %1$s-word ], action: deny, where: [ body, query ] } } ]
                  - route_name: set
                    request_flow:
                      policy_chain: [ { policy: transformHeaders, params: { set: { X-Secret: "${file:set-value}" } } } ]
                  - route_name: limit
                    request_flow:
                      policy_chain: [ { policy: rateLimit, params: { requests_per_second: 1, burst: 1, key: "header:X-Key", store: shared } } ]
                """.formatted(MARK));
    }

    @AfterEach
    void close() {
        engine.close();
        traces.close();
    }

    private void write(String name, String text) throws IOException {
        engine.write(name, text);
    }

    private void look(String where, String text) {
        int at = text.indexOf(MARK);
        if (at >= 0) {
            found.put(where, text.substring(Math.max(0, at - 120), Math.min(text.length(), at + 60)));
        }
    }

    private String admin(KernelVerticle kernel, HttpMethod method, String path, String body, String token) {
        return engine.admin(kernel, method, path, body, token);
    }

    private static List<SimRequest> requests() {
        String basic =
                Base64.getEncoder().encodeToString(("alice:" + MARK + "-password").getBytes(StandardCharsets.UTF_8));
        return List.of(
                SimRequest.get("/a?api_key=" + KEY, "x-request-id", "plain"),
                SimRequest.get("/a", "x-api-key", KEY),
                SimRequest.get("/a", "x-api-key", MARK + "-wrong"),
                SimRequest.get("/a", "cookie", "k=" + MARK + "-cookie; session=" + MARK + "-session"),
                SimRequest.get("/a", "authorization", "Basic " + basic),
                SimRequest.get("/a", "authorization", "Bearer " + MARK + ".e30.sig", "x-key", MARK + "-tenant"),
                SimRequest.get("/a", "authorization", "Bearer eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJodXNoN2gifQ." + MARK),
                SimRequest.get("http://user:" + MARK + "@host.example/a?token=" + MARK + "-query#" + MARK),
                SimRequest.get("/a?q=" + MARK + "-word", "traceparent", "00-" + MARK, "baggage", "t=" + MARK),
                SimRequest.get("/%2e%2e/" + MARK + "-refused-path"),
                SimRequest.post("/a", "{\"password\": \"", MARK + "-word\"}")
                        .withHeader("content-type", "application/json"),
                SimRequest.post("/a", "not json " + MARK + "-body").withHeader("content-type", "application/json"));
    }

    private void exchanges(KernelVerticle kernel) {
        for (String route : ROUTES) {
            EnvoySim envoy = engine.envoy(kernel, route);
            for (SimRequest request : requests()) {
                SimResult result = Await.result(envoy.exchange(
                        request, Upstream.replying(SimResponse.of(200, "fine").withHeader("set-cookie", MARK))));
                if (result.status() != 200) {
                    look(
                            "answer to a client of " + route + ", " + result.status(),
                            result.response().bodyText());
                }
            }
            Await.result(envoy.shutdown());
        }
        Await.until("the end of all exchanges", () -> kernel.activeExchanges() == 0);
    }

    @Test
    void noneIsShownByARunningEngine() throws IOException {
        KernelVerticle kernel = engine.start();
        assertThat(admin(kernel, HttpMethod.GET, "/config", "", ADMIN)).contains("\"unserved\" : 0");

        exchanges(kernel);
        for (String path : List.of(
                "/metrics",
                "/health/ready",
                "/health/live",
                "/config",
                "/routes",
                "/routes/set",
                "/routes/inline",
                "/routes/key/plan",
                "/workers",
                "/policies",
                "/overrides",
                "/generations",
                "/exchanges?limit=200",
                "/logging",
                "/quotas?key=x",
                "/openapi.json",
                "/stats",
                "/" + MARK,
                "/routes/" + MARK + "?token=" + MARK)) {
            String answer = admin(kernel, HttpMethod.GET, path, "", ADMIN);
            look("GET " + path, path.contains(MARK) ? answer.replace("'" + MARK + "'", "") : answer);
        }
        look("a wrong token", admin(kernel, HttpMethod.GET, "/config", "", MARK + "-wrong-admin-token"));
        look("a body that is no JSON", admin(kernel, HttpMethod.PUT, "/routes/new", "{ " + MARK, ADMIN));
        look("parameters that do not fit", admin(kernel, HttpMethod.PUT, "/routes/new", """
                {"request_flow": {"policy_chain": [
                  {"policy": "apiKeyAuth", "params": {"keys": [{"id": "x", "key": ["%1$s"]}], "required": "%1$s"}},
                  {"policy": "rateLimit", "params": {"requests_per_second": "%1$s"}}]}}""".formatted(MARK), ADMIN));
        write(
                "routes/broken.yaml",
                "route_policies:\n  - route_name: b\n    request_flow: { policy_chain: [ { policy: "
                        + "oauth2Introspection, params: { url: 7, client: { id: [], secret: " + MARK + " } } } ] }\n");
        look("a reload that fails", admin(kernel, HttpMethod.POST, "/config:reload", "", ADMIN));
        look("GET /config after a reload that failed", admin(kernel, HttpMethod.GET, "/config", "", ADMIN));
        int exchanges = ROUTES.size() * requests().size();
        traces.await(spans -> spans.stream()
                        .filter(span -> span.name().equals("kernel.process_request"))
                        .count()
                >= exchanges);
        traces.spans().forEach(span -> look("span " + span.name(), span.toString()));
        engine.lines().forEach(line -> look("log: " + line.substring(0, Math.min(line.length(), 160)), line));

        assertThat(engine.lines()).anyMatch(line -> line.contains("\"level\":\"TRACE\""));
        assertThat(engine.lines())
                .filteredOn(line -> line.contains("\"component\":\"access\""))
                .hasSizeGreaterThan(100);
        assertThat(admin(kernel, HttpMethod.GET, "/exchanges?limit=200", "", ADMIN))
                .startsWith("200 ")
                .contains("denied");
        assertThat(found).isEmpty();
    }

    @Test
    void noneIsShownByWhatRecordsOfTheConfigurationSayOfThemselves() {
        EngineConfig config = ConfDirectory.parse(ConfTexts.readBlocking(directory), _ -> null);
        List<Object> seen = new ArrayList<>();

        dump(config, seen);

        assertThat(seen).hasSizeGreaterThan(30);
        assertThat(found).isEmpty();
    }

    /** Looks at the text of each record at any depth. What a text of its own is a component of is not shown by itself. */
    private void dump(Object value, List<Object> seen) {
        switch (value) {
            case Record record -> {
                seen.add(record);
                look(record.getClass().getSimpleName() + ".toString()", record.toString());
                for (RecordComponent component : record.getClass().getRecordComponents()) {
                    dumpComponent(record, component, seen);
                }
            }
            case Collection<?> all -> all.forEach(each -> dump(each, seen));
            case Map<?, ?> all -> all.values().forEach(each -> dump(each, seen));
            default -> {}
        }
    }

    private void dumpComponent(Record record, RecordComponent component, List<Object> seen) {
        try {
            Object value = component.getAccessor().invoke(record);
            if (value != null) {
                dump(value, seen);
            }
        } catch (ReflectiveOperationException hidden) {
            throw new IllegalStateException(record.getClass() + "." + component.getName(), hidden);
        }
    }

    @Test
    void noneIsShownByTheProblemsOfAConfiguration() throws IOException {
        write("kernel.yaml", """
                policy_kernel:
                  observability: { admin_token: [ %1$s ], tracing: { headers: %1$s-a } }
                  workers: [ { name: default-worker } ]
                """.formatted(MARK));
        write("worker.yaml", """
                worker_core:
                  targets: { auth: { url: "http://user:%1$s@host/?%1$s", headers: [ %1$s ] } }
                  stores: { shared: { url: "redis://user:%1$s@host", password: [ %1$s ] } }
                """.formatted(MARK));

        ConfDirectory.Reading examined = ConfDirectory.examine(ConfTexts.readBlocking(directory), _ -> null);

        assertThat(examined.problems()).hasSizeGreaterThan(3);
        examined.problems().forEach(problem -> look("problem", problem.toString()));
        assertThat(found).isEmpty();
    }
}
