package io.policyengine.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.config.EngineConfig;
import io.policyengine.core.config.WorkerEndpointConfig;
import io.policyengine.core.config.files.ConfTexts;
import io.policyengine.core.config.reading.ConfDirectory;
import io.policyengine.core.metrics.EngineRegistry;
import io.policyengine.core.worker.WorkerConnector;
import io.policyengine.kernel.KernelHost;
import io.policyengine.kernel.KernelVerticle;
import io.policyengine.kernel.reload.KernelStart;
import io.policyengine.kernel.worker.registry.WorkerConnectors;
import io.policyengine.testkit.net.FreePort;
import io.policyengine.testkit.worker.ScriptedWorker;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code policy-engine conformance}, against a kernel that lets everything pass. */
class ConformanceCommandTest {
    private final Vertx vertx = Vertx.vertx();
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private String target = "";

    @BeforeEach
    void start(@TempDir Path conf) throws IOException {
        Files.writeString(
                conf.resolve("kernel.yaml"),
                "policy_kernel: { server: { address: 127.0.0.1, port: 0 }, observability: { metrics_port: 0 } }");
        Files.createDirectory(conf.resolve("routes"));
        Files.writeString(conf.resolve("routes/routes.yaml"), "route_policies: []");
        ConfTexts texts = ConfTexts.readBlocking(conf);
        KernelVerticle kernel = new KernelVerticle(
                new KernelStart(texts, ConfDirectory.parse(texts, _ -> null)),
                new KernelHost(
                        _ -> null,
                        new OneWorker(new ScriptedWorker(vertx, "default-worker")),
                        _ -> {},
                        new EngineRegistry(),
                        1,
                        List::of));
        vertx.deployVerticle(kernel).await();
        target = "127.0.0.1:" + kernel.port();
    }

    @AfterEach
    void stop() {
        vertx.close().await();
    }

    private int run(String... arguments) {
        return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
    }

    @Test
    void printsATable() {
        int code = run("conformance", "--target", target, "--case", "c01,C04,C60", "--behaviour", "echo");

        assertThat(out).hasToString("""
                CASE  RESULT  REQUIREMENT                                                                            REASON
                C01   PASS    The headers of a request get one answer, of their kind
                C04   N/A     Header changes use raw_value, say whether they append, and remove names in lower case  needs set-headers
                C60   N/A     The gRPC stream may have the :authority that Envoy derives from a cluster's name       the simulator cannot choose the authority of its streams
                1 passed, 0 failed, 2 not applicable
                """);
        assertThat(code).isZero();
    }

    @Test
    void failsWhereTheServerIsNotWhatItIsSaidToBe() {
        int code = run("conformance", "--target", target, "--case", "C15", "--behaviour", "all", "--json");

        JsonNode result = new JsonMapper().readTree(out.toString()).at("/cases/0");
        assertThat(result.at("/id").asString()).isEqualTo("C15");
        assertThat(result.at("/needs").asString()).isEqualTo("deny");
        assertThat(result.at("/result").asString()).isEqualTo("FAIL");
        assertThat(result.at("/reason").asString())
                .isEqualTo("answers [request_headers, response_headers], expected [immediate_response]");
        assertThat(code).isEqualTo(1);
    }

    @Test
    void saysThatNothingListens() {
        int code = run("conformance", "--target", "unix:/nowhere/at-all.sock");

        assertThat(err.toString()).startsWith("nothing serves unix:/nowhere/at-all.sock: ");
        assertThat(code).isEqualTo(2);
    }

    @Test
    void namesWhatThereIs() {
        assertThat(run("conformance", "--target", target, "--case", "C99")).isEqualTo(2);
        assertThat(run("conformance", "--target", target, "--behaviour", "fly")).isEqualTo(2);
        assertThat(run("conformance", "--target", "nowhere")).isEqualTo(2);

        assertThat(err.toString().lines())
                .satisfiesExactly(
                        line -> assertThat(line).isEqualTo("--case: there is no case 'C99', only C01 to C64"),
                        line -> assertThat(line)
                                .startsWith("--behaviour: there is no behaviour 'fly', only all, any, echo, "),
                        line -> assertThat(line).startsWith("--target: 'nowhere' is not HOST:PORT"));
    }

    @Test
    void saysWhatGetsRoundPoliciesWhereThereAreNone() throws IOException {
        int free = FreePort.next();
        HttpClient client = vertx.createHttpClient();
        HttpServer proxy = vertx.createHttpServer()
                .requestHandler(request -> {
                    if (request.uri().equals("/users") && request.getHeader("X-API-Key") == null) {
                        request.response().setStatusCode(401).end();
                    } else {
                        client.request(request.method(), free, "127.0.0.1", request.uri())
                                .compose(HttpClientRequest::send)
                                .onSuccess(_ -> request.response().end());
                    }
                })
                .listen(0, "127.0.0.1")
                .await();

        int code = run(
                "conformance",
                "--bypass",
                "--target",
                "127.0.0.1:" + proxy.actualPort(),
                "--listen",
                "127.0.0.1:" + free,
                "--path",
                "/users",
                "--open",
                "/public",
                "--credential",
                "X-API-Key: secret",
                "--case",
                "p001,M003");

        assertThat(err.toString()).isEmpty();
        assertThat(out).hasToString("""
                CASE  HTTP  GUARD       WHAT WAS SENT                   OUTCOME
                P001  1     path_rules  doubled slash at the beginning  the upstream takes 'GET //users' for the protected path
                P001  2     path_rules  doubled slash at the beginning  the upstream takes 'GET //users' for the protected path
                4 requests of 2 cases, 2 bypassed the policies
                """);
        assertThat(code).isEqualTo(1);
    }

    @Test
    void whatABypassNeedsIsAskedFor() {
        assertThat(run("conformance", "--bypass", "--target", target)).isEqualTo(2);
        assertThat(run("conformance", "--target", target, "--path", "/users")).isEqualTo(2);
        assertThat(run(
                        "conformance",
                        "--bypass",
                        "--target",
                        target,
                        "--credential",
                        "X-API-Key: x",
                        "--path",
                        "users"))
                .isEqualTo(2);
        assertThat(run("conformance", "--bypass", "--target", target, "--behaviour", "echo"))
                .isEqualTo(2);

        assertThat(err.toString().lines())
                .satisfiesExactly(
                        line -> assertThat(line).isEqualTo("--bypass needs --credential"),
                        line -> assertThat(line).endsWith("--authority need --bypass"),
                        line -> assertThat(line)
                                .isEqualTo("--path: 'users' is not a plain path, such as /api/v1/users"),
                        line -> assertThat(line).isEqualTo("--bypass and --behaviour exclude each other"));
    }

    private record OneWorker(WorkerConnector worker) implements WorkerConnectors {
        @Override
        public String place(WorkerEndpointConfig config) {
            return EMBEDDED;
        }

        @Override
        public @Nullable String mismatch(List<WorkerEndpointConfig> workers) {
            return null;
        }

        @Override
        public WorkerConnector connect(WorkerEndpointConfig endpoint, EngineConfig config) {
            return worker;
        }
    }
}
