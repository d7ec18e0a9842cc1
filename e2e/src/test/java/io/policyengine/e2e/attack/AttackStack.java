package io.policyengine.e2e.attack;

import io.policyengine.e2e.harness.EngineProcess;
import io.policyengine.e2e.harness.EnvoyProcess;
import io.policyengine.e2e.harness.Eventually;
import io.policyengine.e2e.harness.Installation.EnvoyVersion;
import io.policyengine.e2e.harness.TestConf;
import io.policyengine.e2e.harness.Upstream;
import io.policyengine.e2e.harness.Web;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * An engine with a small heap behind an Envoy with the configuration that is printed for it. The changes to that: the good client's
 * route has an upstream of its own, since Envoy's limits of connections to an upstream are not what is under test; and Envoy traces, so
 * that it passes on what clients say of traces, but sends no spans.
 */
final class AttackStack implements AutoCloseable {
    /** The key that opens {@code /keys}, and the token that opens the management API. */
    static final String KEY = "alices-key";

    static final String TOKEN = "a-token-of-the-deployment";

    private static final YAMLMapper YAML = new YAMLMapper();
    private static final JsonNode TRACING = YAML.readTree("""
            provider:
              name: envoy.tracers.opentelemetry
              typed_config:
                '@type': type.googleapis.com/envoy.config.trace.v3.OpenTelemetryConfig
                grpc_service: { envoy_grpc: { cluster_name: upstream } }
                service_name: attacked
            random_sampling: { value: 0 }
            """);

    private static final String MANAGER = "/static_resources/listeners/0/filter_chains/0/filters/0/typed_config";

    private final TestConf conf;
    private final EngineProcess engine;
    private final Upstream goodUpstream = Upstream.start();
    private final HostileUpstream hostileUpstream = new HostileUpstream();
    private final EnvoyVersion version;
    private final EnvoyProcess envoy;

    AttackStack(EnvoyVersion version) {
        this.version = version;
        conf = attacked();
        engine = startEngine();
        envoy = startEnvoy();
    }

    private EngineProcess startEngine() {
        EngineProcess started = EngineProcess.readBy(conf, logReader());
        try (HostileWorker _ = HostileWorker.harmless(conf)) {
            return started.awaitReady();
        } catch (RuntimeException | Error failure) {
            started.close();
            throw failure;
        }
    }

    /** An Envoy that does not start leaves nothing running. */
    private EnvoyProcess startEnvoy() {
        try {
            return startEnvoy(goodUpstream.port(), UnaryOperator.identity());
        } catch (RuntimeException | Error failure) {
            closeAllButEnvoy();
            throw failure;
        }
    }

    /** Starts another Envoy with the same configuration, but for the engine and for the good client's upstream, which is on this port. */
    EnvoyProcess startEnvoyWithoutEngine(int goodPort) {
        return startEnvoy(goodPort, AttackStack::withoutEngine);
    }

    private EnvoyProcess startEnvoy(int goodPort, UnaryOperator<ObjectNode> further) {
        return EnvoyProcess.start(
                version,
                conf.directory(),
                engine.port(),
                hostileUpstream.port(),
                bootstrap -> YAML.writeValueAsString(further.apply(changed(bootstrap, goodPort))));
    }

    private static ObjectNode withoutEngine(ObjectNode file) {
        remove(file.at(MANAGER + "/http_filters"), "envoy.filters.http.ext_proc");
        remove(file.at("/static_resources/clusters"), "policy-engine");
        return file;
    }

    /** The one of this name must be there. */
    private static void remove(JsonNode list, String name) {
        for (int i = 0; i < list.size(); i++) {
            if (list.get(i).path("name").asString().equals(name)) {
                ((ArrayNode) list).remove(i);
                return;
            }
        }
        throw new IllegalArgumentException("no " + name + " in " + list);
    }

    private static TestConf attacked() {
        TestConf conf = TestConf.empty().underLoad().withJvmOptions("-Xmx256m", "-XX:MaxDirectMemorySize=128m");
        return conf.with("token", TOKEN + "\n")
                .with("keys.yaml", "- { consumer: bob, plain: bobs-key }\n")
                .with("kernel.yaml", """
                        policy_kernel:
                          server: { address: 127.0.0.1, port: 0, drain_delay_ms: 0 }
                          envoy: { message_timeout_ms: 6000 }
                          limits:
                            phase_timeout_ms: 5000
                            body_timeout_ms: 4000
                            body_idle_timeout_ms: 2000
                            message_arrival_timeout_ms: 3000
                            max_window_bytes: 67108864
                          workers:
                            - { name: default-worker, embedded: true }
                            - { name: hostile, socket_path: SOCKET, required: false, timeout_ms: 1000, policies: [hostile, hostileBody] }
                          observability:
                            metrics_port: 0
                            admin_socket_path: %s
                            admin_tokens: [{ name: deploy, role: write, file: token }]
                          unknown_route: deny
                          open_routes: [/open]
                          allow_loss: true
                          allow_open: true
                        """.formatted(conf.folder().resolve("admin.sock")))
                .with("routes/good.yaml", """
                        route_policies:
                          - route_name: /good
                            request_flow: { policy_chain: [{ policy: transformHeaders, params: { set: { X-Processed: "yes" } } }] }
                            response_flow: { policy_chain: [{ policy: addSecurityHeaders }] }
                        """)
                .with("routes/attacked.yaml", """
                        route_policies:
                          - route_name: /json
                            request_flow: { policy_chain: [{ policy: transformBody, params: { json: { set: { /tenant: a } } } }] }
                          - route_name: /whole
                            request_flow:
                              processing_mode: buffered_body
                              policy_chain: [{ policy: transformBody, params: { replace: [{ text: SECRET, with: redacted }] } }]
                          - route_name: /chunks
                            request_flow:
                              processing_mode: streaming
                              policy_chain: [{ policy: transformBody, params: { replace: [{ text: SECRET, with: redacted }] } }]
                          - route_name: /whole-answers
                            response_flow:
                              processing_mode: buffered_body
                              policy_chain: [{ policy: transformBody, params: { replace: [{ text: SECRET, with: redacted }] } }]
                          - route_name: /chunked-answers
                            response_flow:
                              processing_mode: streaming
                              policy_chain: [{ policy: transformBody, params: { replace: [{ text: SECRET, with: redacted }] } }]
                          - route_name: /keys
                            request_flow:
                              policy_chain: [{ policy: apiKeyAuth, params: { cookie_name: key, query_param: key, key_file: keys.yaml } }]
                          - route_name: /private
                            request_flow:
                              policy_chain:
                                - policy: basicAuth
                                  params: { users: { alice: "$2y$10$DPmSlkmkuOiWr7.Oe4jAmeXmQxqHwSmicuJ9T2T2jIZYAUhqGdqRO" } }
                          - route_name: /conditional
                            request_flow:
                              policy_chain:
                                - policy: mockResponse
                                  when: request.query_params.exists(name, request.query_params[name] == "x") || request.headers.exists(name, request.headers[name] == "x")
                                  params: { status: 418 }
                          - route_name: /hostile
                            request_flow: { policy_chain: [{ policy: hostile }] }
                          - route_name: /hostile-body
                            request_flow: { processing_mode: streaming, policy_chain: [{ policy: hostileBody }] }
                        """);
    }

    private Path logReader() {
        return conf.folder().resolve("log-reader.pid");
    }

    private static ObjectNode changed(String bootstrap, int goodPort) {
        ObjectNode file = (ObjectNode) YAML.readTree(bootstrap);
        ((ObjectNode) file.at(MANAGER)).set("tracing", TRACING);
        giveGoodUpstream(file, goodPort);
        return file;
    }

    /** Gives the good client's route its own cluster. */
    private static void giveGoodUpstream(ObjectNode file, int port) {
        for (JsonNode cluster : file.at("/static_resources/clusters")) {
            if (cluster.path("name").asString().equals("upstream")) {
                ObjectNode good = (ObjectNode) cluster.deepCopy();
                good.put("name", "good-upstream");
                rename(good, "cluster_name", "good-upstream");
                ((ObjectNode) good.at("/load_assignment/endpoints/0/lb_endpoints/0/endpoint/address/socket_address"))
                        .put("port_value", port);
                file.withArray("/static_resources/clusters").add(good);
                break;
            }
        }
        for (JsonNode route : file.at(MANAGER + "/route_config/virtual_hosts/0/routes")) {
            if (route.path("name").asString().equals(GoodClient.PATH)) {
                ((ObjectNode) route.path("route")).put("cluster", "good-upstream");
            }
        }
    }

    private static void rename(ObjectNode cluster, String key, String name) {
        ((ObjectNode) cluster.path("load_assignment")).put(key, name);
    }

    TestConf conf() {
        return conf;
    }

    EngineProcess engine() {
        return engine;
    }

    EnvoyProcess envoy() {
        return envoy;
    }

    Upstream goodUpstream() {
        return goodUpstream;
    }

    HostileUpstream hostileUpstream() {
        return hostileUpstream;
    }

    /** Sends a signal to the process that reads the engine's log. */
    void signalLogReader(String signal) throws Exception {
        String pid = Files.readString(logReader()).strip();
        new ProcessBuilder("kill", "-" + signal, pid).start().waitFor();
    }

    /** A request to the management API, with a token that allows everything. */
    Web.Answer manage(String method, String path, String body) {
        return Web.send(method, engine.metricsPort(), path, body, "Authorization", "Bearer " + TOKEN);
    }

    /** All samples of the engine's metrics by name and labels. The attacked port may close a connection first. */
    Map<String, Double> metrics() {
        Map<String, Double> samples = new TreeMap<>();
        String text = Eventually.get("metrics", () -> {
            Web.Answer answer = Web.get(engine.metricsPort(), "/metrics");
            return answer.status() == 200 ? answer.body() : null;
        });
        text.lines().filter(line -> !line.startsWith("#") && !line.isBlank()).forEach(line -> {
            int space = line.lastIndexOf(' ');
            samples.put(line.substring(0, space), Double.valueOf(line.substring(space + 1)));
        });
        return samples;
    }

    /** Answers of Envoy's with an error so far. */
    long refusedByEnvoy() {
        return envoy.stat("http.ingress.downstream_rq_4xx") + envoy.stat("http.ingress.downstream_rq_5xx");
    }

    @Override
    public void close() {
        envoy.close();
        closeAllButEnvoy();
    }

    private void closeAllButEnvoy() {
        engine.close();
        goodUpstream.close();
        hostileUpstream.close();
        conf.close();
    }
}
