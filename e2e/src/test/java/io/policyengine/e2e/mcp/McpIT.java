package io.policyengine.e2e.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.e2e.harness.Command;
import io.policyengine.e2e.harness.EachEnvoy;
import io.policyengine.e2e.harness.EngineProcess;
import io.policyengine.e2e.harness.EnvoyProcess;
import io.policyengine.e2e.harness.Installation.EnvoyVersion;
import io.policyengine.e2e.harness.Load;
import io.policyengine.e2e.harness.TestConf;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * {@code mcpAccess} behind both Envoys: servers and clients of the official libraries in TypeScript and Python, over Streamable HTTP and the older
 * transport; and attacks by clients and by a server. Prints the table of the attacks.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class McpIT {
    private static final Duration TIMEOUT = Duration.ofSeconds(15);
    private static final String ATTACK = "x-attack";
    /** Bytes that the hostile server sends at once. */
    private static final int CUT = 7;

    private final Vertx vertx = Vertx.vertx();
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final List<McpAttack> attacks = McpAttack.all();
    private final Set<String> reached = ConcurrentHashMap.newKeySet();
    private final HttpServer hostile =
            Load.await(vertx.createHttpServer().requestHandler(this::answer).listen(0, "127.0.0.1"));
    private final McpPrograms.Server node = McpPrograms.nodeServer();
    private final McpPrograms.Server python = McpPrograms.pythonServer();
    private final TestConf conf = TestConf.ofTests().with("attack.lock", """
                    {"version":1,"tools":{"read":"sha256:6c90fecc4089d23b0ae3a0e349ead70a425e9f33c45d19ed18b749cd9f7bf6d7"}}
                    """).with("routes/mcp.yaml", """
                    route_policies:
                      - route_name: /attack
                        request_flow: { policy_chain: [ { policy: mcpAccess, params: &attack { tools: { allow: [ read, report ] }, resources: { allow: [ "file:///public/*" ] }, methods: { deny: [ "sampling/*" ] }, pin: attack.lock } } ] }
                        response_flow: { policy_chain: [ { policy: mcpAccess, params: *attack } ] }
                      - route_name: /python
                        request_flow: { policy_chain: [ { policy: mcpAccess, params: &python { tools: { deny: [ erase ] }, pin: python.lock } } ] }
                        response_flow: { policy_chain: [ { policy: mcpAccess, params: *python } ] }
                      - route_name: /mcp
                        request_flow: { policy_chain: [ { policy: mcpAccess, params: &node { tools: { deny: [ erase ] }, pin: node.lock } } ] }
                        response_flow: { policy_chain: [ { policy: mcpAccess, params: *node } ] }
                      - route_name: /sse
                        request_flow: { policy_chain: [ { policy: mcpAccess, params: *node } ] }
                        response_flow: { policy_chain: [ { policy: mcpAccess, params: *node } ] }
                      - route_name: /messages
                        request_flow: { policy_chain: [ { policy: mcpAccess, params: &posts { tools: { deny: [ erase ] }, pin: node.lock, deny_as: status } } ] }
                        response_flow: { policy_chain: [ { policy: mcpAccess, params: *posts } ] }
                    """);
    private EngineProcess engine;

    @BeforeAll
    void start() {
        lock("node.lock", "http://127.0.0.1:" + node.port() + "/mcp");
        lock("python.lock", "http://127.0.0.1:" + python.port() + "/python");
        engine = EngineProcess.embedded(conf);
        engine.awaitReady();
    }

    private void lock(String file, String url) {
        Command written = Command.run(
                "mcp-lock", url, "--file", conf.directory().resolve(file).toString());
        assertThat(written.exitCode()).as(written.output()).isZero();
        assertThat(written.output()).contains("3 tools");
    }

    @AfterAll
    void stop() {
        engine.close();
        node.close();
        python.close();
        Load.await(vertx.close());
        conf.close();
    }

    private EnvoyProcess envoy(EnvoyVersion version, int upstream) {
        return EnvoyProcess.start(version, conf.directory(), engine.port(), upstream);
    }

    /** Says to each attack what it is about, in pieces; to all else what a good server says. */
    private void answer(HttpServerRequest request) {
        String name = String.valueOf(request.getHeader(ATTACK));
        request.body().onSuccess(_ -> {
            McpAttack attack = attacks.get(Integer.parseInt(name));
            HttpServerResponse response = request.response().setChunked(true);
            if (attack.isRequest()) {
                reached.add(name);
                response.putHeader("content-type", "application/json").end(McpAttack.result());
                return;
            }
            for (int i = 0; i < attack.headers().size(); i += 2) {
                if (attack.headers().get(i).equals(":status")) {
                    response.setStatusCode(Integer.parseInt(attack.headers().get(i + 1)));
                } else {
                    response.putHeader(attack.headers().get(i), attack.headers().get(i + 1));
                }
            }
            Buffer body = attack.body();
            for (int at = 0; at < body.length(); at += CUT) {
                response.write(body.getBuffer(at, Math.min(body.length(), at + CUT)));
            }
            response.end();
        });
    }

    @ParameterizedTest
    @EachEnvoy
    void noAttackPasses(EnvoyVersion version) {
        reached.clear();
        List<String> passed = new ArrayList<>();
        StringBuilder table = new StringBuilder("\nAttacks on mcpAccess behind " + version + "\n");
        try (EnvoyProcess envoy = envoy(version, hostile.actualPort())) {
            for (int i = 0; i < attacks.size(); i++) {
                McpAttack attack = attacks.get(i);
                String got = send(envoy.port(), attack, i);
                boolean hasPassed =
                        attack.isRequest() ? reached.contains(Integer.toString(i)) : got.contains(McpAttack.MARK);
                table.append("%-8s %-45s %-7s %s%n"
                        .formatted(
                                attack.isRequest() ? "client" : "server",
                                attack.name(),
                                hasPassed ? "PASSED" : "stopped",
                                got.lines().findFirst().orElse("")));
                if (hasPassed) {
                    passed.add(attack.name());
                }
            }
        }
        System.out.println(
                table.append(attacks.size()).append(" attacks, passed: ").append(passed.size()));
        assertThat(passed).isEmpty();
    }

    /** The status and the body that a client gets; what came of them where the answer breaks off. */
    private String send(int port, McpAttack attack, int number) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/attack"))
                .timeout(TIMEOUT)
                .header(ATTACK, Integer.toString(number))
                .header("accept", "application/json, text/event-stream");
        if (attack.isRequest()) {
            for (int i = 0; i < attack.headers().size(); i += 2) {
                request.header(attack.headers().get(i), attack.headers().get(i + 1));
            }
            request.method(
                    attack.method(),
                    HttpRequest.BodyPublishers.ofByteArray(attack.body().getBytes()));
        } else if (attack.method().equals("GET")) {
            request.header("last-event-id", "7");
        } else {
            request.header("content-type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(
                            "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\"}"));
        }
        try {
            HttpResponse<byte[]> response = http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
            boolean zipped = response.headers().firstValue("content-encoding").isPresent();
            byte[] body = zipped
                    ? new GZIPInputStream(new ByteArrayInputStream(response.body())).readAllBytes()
                    : response.body();
            return response.statusCode() + " " + new String(body, StandardCharsets.UTF_8);
        } catch (IOException brokenOff) {
            return "broken off";
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @ParameterizedTest
    @EachEnvoy
    void theLibrariesListAndCallWhatTheyMayAndLearnWhatTheyMayNot(EnvoyVersion version) {
        List<String> expected = List.of("{\"tools\":[\"add\",\"grow\"]}", "{\"text\":\"3\"}");
        try (EnvoyProcess toNode = envoy(version, node.port());
                EnvoyProcess toPython = envoy(version, python.port())) {
            String nodeUrl = "http://127.0.0.1:" + toNode.port();
            String pythonUrl = "http://127.0.0.1:" + toPython.port() + "/python";

            for (List<String> told : List.of(
                    McpPrograms.nodeClient("http", nodeUrl + "/mcp", "list", "add", "erase"),
                    McpPrograms.nodeClient("sse", nodeUrl + "/sse", "list", "add", "erase"),
                    McpPrograms.nodeClient("http", pythonUrl, "list", "add", "erase"),
                    McpPrograms.pythonClient("auto", nodeUrl + "/mcp", "list", "add", "erase"),
                    McpPrograms.pythonClient("auto", pythonUrl, "list", "add", "erase"),
                    McpPrograms.pythonClient("legacy", pythonUrl, "list", "add", "erase"))) {
                assertThat(told).hasSize(3);
                assertThat(told.subList(0, 2)).isEqualTo(expected);
                assertThat(told.getLast()).contains("error", "Thetoolmaynotbeused");
            }
        }
    }

    /** Runs last, and once: the servers are not what they were afterwards. */
    @Order(Integer.MAX_VALUE)
    @ParameterizedTest
    @EnumSource(names = "V1_40")
    void aToolThatChangesIsHiddenAndNoLongerCalled(EnvoyVersion version) {
        try (EnvoyProcess toNode = envoy(version, node.port());
                EnvoyProcess toPython = envoy(version, python.port())) {
            String nodeUrl = "http://127.0.0.1:" + toNode.port() + "/mcp";
            String pythonUrl = "http://127.0.0.1:" + toPython.port() + "/python";
            List<String> before = List.of("{\"tools\":[\"add\",\"grow\"]}", "{\"text\":\"grown\"}");
            assertThat(McpPrograms.nodeClient("http", nodeUrl, "list", "grow")).isEqualTo(before);
            assertThat(McpPrograms.pythonClient("auto", pythonUrl, "list", "grow"))
                    .isEqualTo(before);

            for (List<String> told : List.of(
                    McpPrograms.nodeClient("http", nodeUrl, "list", "grow", "add"),
                    McpPrograms.pythonClient("auto", pythonUrl, "list", "grow", "add"))) {
                assertThat(told).hasSize(3);
                assertThat(told.getFirst()).isEqualTo("{\"tools\":[\"add\"]}");
                assertThat(told.get(1)).contains("Thetoolhaschangedsinceitwaspinned");
                assertThat(told.getLast()).isEqualTo("{\"text\":\"3\"}");
            }
        }
    }
}
