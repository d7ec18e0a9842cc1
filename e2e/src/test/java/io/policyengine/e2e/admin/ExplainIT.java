package io.policyengine.e2e.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.e2e.harness.Command;
import io.policyengine.e2e.harness.Eventually;
import io.policyengine.e2e.harness.Installation.EnvoyVersion;
import io.policyengine.e2e.harness.PluginJar;
import io.policyengine.e2e.harness.Stack;
import io.policyengine.e2e.harness.Stack.Setup;
import io.policyengine.e2e.harness.Stack.Shape;
import io.policyengine.e2e.harness.TestConf;
import io.policyengine.e2e.harness.Web;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What {@code explain} says of exchanges that went through a real Envoy, a kernel and a worker in another process. */
class ExplainIT {
    private static final String SECRET = "a-credential-of-a-client";

    private static Stack stack;

    @BeforeAll
    static void start() {
        TestConf conf = TestConf.ofTests();
        conf.withPlugin(PluginJar.of(
                        conf.folder().resolve("stall.jar"),
                        "stall",
                        "return io.vertx.core.Promise.<RequestOutcome>promise().future();"))
                .replacing("kernel.yaml", "timeout_ms: 5000", "timeout_ms: 1500")
                .replacing(
                        "kernel.yaml",
                        "metrics_port: 0",
                        "metrics_port: 0, admin_socket_path: " + conf.folder().resolve("run/admin.sock")
                                + ", recorder: { slow_ms: 400, sample: 0, fields: [x-tier] }")
                .replacing("worker.yaml", "name: default-worker", "name: default-worker\n  allow_faults: true")
                .with("routes/explain.yaml", """
                        route_policies:
                          - route_name: /stalls
                            request_flow:
                              policy_chain: [{ policy: requestId }, { policy: stall }, { policy: transformHeaders, params: { set: { X-Late: "yes" } } }]
                          - route_name: /slow
                            request_flow:
                              policy_chain:
                                - { policy: faultInjection, params: { delay_ms: 500 } }
                                - { policy: transformHeaders, params: { set: { X-Processed: "yes" } } }
                            response_flow:
                              policy_chain: [{ policy: addSecurityHeaders }]
                        """);
        stack = Stack.start(new Setup(EnvoyVersion.single(), Shape.TWO_PROCESSES), conf);
    }

    @AfterAll
    static void stop() {
        stack.close();
    }

    private static Command explain(String... arguments) {
        List<String> all = new ArrayList<>(List.of("explain"));
        all.addAll(List.of(arguments));
        all.addAll(List.of("--admin", "127.0.0.1:" + stack.kernel().metricsPort()));
        return Command.run(all.toArray(String[]::new));
    }

    private static Command denied(String route) {
        return Eventually.get("an exchange of " + route, () -> {
            Command said = explain("--last-denied", "--route", route);
            return said.exitCode() == 0 ? said : null;
        });
    }

    private static Command failed(String route) {
        return Eventually.get("an exchange of " + route, () -> {
            Command said = explain("--last-failed", "--route", route);
            return said.exitCode() == 0 ? said : null;
        });
    }

    @Test
    void of401SaysWhichEntryDeniedAndWhereItIsWritten() {
        assertThat(stack.get("/locked", "X-Secret", SECRET).status()).isEqualTo(401);

        Command said = denied("/locked");

        assertThat(said.output())
                .contains("GET ", "/locked: 401, denied by 'apiKeyAuth' at routes/tests.yaml:")
                .contains("route policy '/locked', by its name, at routes/tests.yaml:")
                .contains("request: worker 'default-worker' at ", "w.sock")
                .contains("sent", "request_headers", "immediate_response")
                .containsPattern("apiKeyAuth +denied +[0-9.]+ ms +401, [a-z_]+")
                .containsPattern("on denial: worker 'default-worker'(?s:.*)addSecurityHeaders +changed")
                .doesNotContain(SECRET);
    }

    @Test
    void of429SaysTheReason() {
        Eventually.isTrue("the limit", () -> stack.get("/limited").status() == 429);

        assertThat(denied("/limited").output())
                .contains("/limited: 429, denied by 'rateLimit' at routes/tests.yaml:", ": rate_limited");
    }

    @Test
    void of500ByConfigurationSaysWhatIsWrong() {
        Web.Answer answer = stack.get("/misconfigured");
        assertThat(answer.status()).isEqualTo(500);

        Command said = failed("/misconfigured");

        assertThat(said.output())
                .contains("/misconfigured: 500, policy_not_supported at the engine itself: ", "noSuchPolicy");
        String id = answer.json().path("request_id").asString();
        assertThat(explain(id).output()).contains(id, "/misconfigured: 500");
    }

    @Test
    void ofATimeoutOfAWorkerSaysWhichEntriesDidNotAnswer() {
        Web.Answer answer = stack.get("/stalls");
        assertThat(answer.status()).isEqualTo(503);

        Command said = failed("/stalls");

        assertThat(said.output())
                .contains("/stalls: 503, worker_timeout at 'requestId'")
                .containsPattern("request: worker 'default-worker' at .*w.sock, at [0-9.]+ ms for [0-9.]+ ms: timeout")
                .containsPattern("stall +not reached")
                .contains("then: an error for the client");
        assertThat(explain(answer.json().path("request_id").asString()).output())
                .contains("/stalls: 503, worker_timeout");
    }

    @Test
    void ofASlow200SaysWhatTookTheTime() {
        assertThat(stack.get("/slow").status()).isEqualTo(200);

        Web.Answer slow = Eventually.get("a slow exchange", () -> {
            Web.Answer found = Web.get(stack.kernel().metricsPort(), "/exchanges?kept=slow&route=/slow");
            return found.json().path("exchanges").isEmpty() ? null : found;
        });
        String id = slow.json().at("/exchanges/0/request_id").asString();
        assertThat(slow.json().at("/exchanges/0/end/held_ms").asDouble()).isGreaterThan(400);
        assertThat(slow.json().at("/exchanges/0/calls/0/entries/0/took_ms").asDouble())
                .isGreaterThan(400);

        assertThat(explain(id).output())
                .contains("/slow: 200, passed", "kept as slow")
                .containsPattern("faultInjection +proceed +[4-9][0-9]{2}")
                .containsPattern("transformHeaders +changed +.*sets x-processed");
    }

    @Test
    void bySocketAndAsJson() {
        stack.get("/locked");
        denied("/locked");

        Command said = Command.run(
                "explain",
                "--last-denied",
                "--json",
                "--admin",
                stack.conf().folder().resolve("run/admin.sock").toString());

        assertThat(said.exitCode()).as(said.output()).isZero();
        assertThat(said.printed()).contains("\"decided_by\"", "\"complete\" : true");
    }

    @Test
    void whatIfSaysWhereAnotherConfigurationDiffers() throws IOException {
        stack.get("/locked", "x-tier", "gold");
        Command denied = denied("/locked");
        Path changed = Files.createDirectories(stack.conf().folder().resolve("other/routes"))
                .resolve("tests.yaml");
        String text = Files.readString(stack.conf().directory().resolve("routes/tests.yaml"));

        Files.writeString(changed, text);
        assertThat(whatIf(changed)).contains("Outcome: same", "was denied");
        Files.writeString(
                changed,
                text.replace(
                        "{ policy: apiKeyAuth, params",
                        "{ policy: apiKeyAuth, when: \"request.headers['x-tier'] != 'gold'\", params"));
        assertThat(whatIf(changed)).contains("~", "skipped", "its condition is false", "Outcome: different");
        Files.writeString(changed, text.replace("consumer: alice", "consumer: bob"));
        assertThat(whatIf(changed)).contains("~", "unknown", "configuration differs", "Outcome: unknown");
        Files.writeString(changed, text.replace("route_name: /locked", "route_name: /elsewhere"));
        assertThat(whatIf(changed)).contains("no route policy instead of route policy '/locked'", "Outcome: different");
        assertThat(denied.exitCode()).isZero();
    }

    private static String whatIf(Path changed) {
        return explain(
                        "--last-denied",
                        "--route",
                        "/locked",
                        "--what-if",
                        changed.toString(),
                        "--conf",
                        stack.conf().path(),
                        "--state",
                        stack.conf().state())
                .output();
    }

    @Test
    void hostileIdsAndTenThousandLookUpsDisturbNobody() {
        int admin = stack.kernel().metricsPort();
        String longId = "x".repeat(7000);
        assertThat(stack.get("/locked", "x-request-id", longId).status()).isEqualTo(401);
        assertThat(Web.get(admin, "/exchanges/" + longId).status()).isIn(404, 414);
        assertThat(Web.get(admin, "/exchanges/%00%1b%5b2J").status()).isIn(400, 404);
        assertThat(Web.get(admin, "/exchanges?limit=1000000").status()).isEqualTo(400);
        assertThat(Web.get(admin, "/exchanges?outcome=nothing").status()).isEqualTo(400);

        for (int i = 0; i < 10_000; i++) {
            int status = Web.get(admin, "/exchanges/no-such-id-" + i).status();
            assertThat(status).isIn(404, 503);
        }

        assertThat(stack.get("/both").status()).isEqualTo(200);
        assertThat(explain("\u001b[2J").output()).doesNotContain("\u001b");
    }
}
