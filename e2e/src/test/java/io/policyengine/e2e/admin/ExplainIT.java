package io.policyengine.e2e.admin;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.e2e.harness.Command;
import io.policyengine.e2e.harness.Eventually;
import io.policyengine.e2e.harness.Installation;
import io.policyengine.e2e.harness.Installation.EnvoyVersion;
import io.policyengine.e2e.harness.OsProcess;
import io.policyengine.e2e.harness.PluginJar;
import io.policyengine.e2e.harness.Stack;
import io.policyengine.e2e.harness.Stack.Setup;
import io.policyengine.e2e.harness.Stack.Shape;
import io.policyengine.e2e.harness.TestConf;
import io.policyengine.e2e.harness.Web;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
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
                .contains(": API_KEY_MISSING (authentication_failed)")
                .contains("route policy '/locked', by its name, at routes/tests.yaml:")
                .contains("request: worker 'default-worker' at ", "w.sock")
                .contains("sent", "request_headers", "immediate_response")
                .containsPattern("apiKeyAuth +denied +[0-9.]+ ms +401, API_KEY_MISSING, authentication_failed")
                .containsPattern("on denial: worker 'default-worker'(?s:.*)addSecurityHeaders +changed")
                .doesNotContain(SECRET);
    }

    @Test
    void findsByTimeClientPathStatusAndCode() {
        String client = clientOf(lockedOut());

        Command list = explain(
                "--since",
                "10m",
                "--client",
                client,
                "--path",
                "/locked",
                "--status",
                "401",
                "--code",
                "API_KEY_MISSING");

        assertThat(list.exitCode()).isZero();
        assertThat(list.output())
                .contains("ARRIVED", "API_KEY_MISSING", "/locked")
                .containsPattern("\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d+)?Z +401 +denied");
        Command nobody = explain("--since", "10m", "--client", "192.0.2.0/24");
        assertThat(nobody.exitCode()).isEqualTo(1);
        assertThat(nobody.output()).contains("no such exchange is kept");
        assertThat(explain("--last-denied", "--path", "/lock*", "--until", "1h").exitCode())
                .isEqualTo(1);
        assertThat(explain("--since", "yesterday").output())
                .contains("'since' must be a time with an offset from UTC, such as 2026-01-31T16:30:00Z");
        assertThat(explain("some-id", "--since", "1h").output())
                .contains("a REQUEST_ID takes no other condition, such as --route or --since");
    }

    /** The id of a request that was denied, and is kept. */
    private static String lockedOut() {
        String id = stack.get("/locked").json().path("request_id").asString();
        Eventually.isTrue("the exchange", () -> explain(id).exitCode() == 0);
        return id;
    }

    private static String clientOf(String id) {
        return Web.get(stack.kernel().metricsPort(), "/exchanges/" + id)
                .json()
                .at("/exchanges/0/client")
                .asString();
    }

    /** The commands of the page, with what there is here; those that follow, and those of other programs, are not run. */
    @Test
    void thePageOnDenialsHasCommandsThatWork() throws IOException {
        String id = lockedOut();
        String client = clientOf(id);

        List<String> commands = Files.readAllLines(Installation.home().resolve("docs/why-denied.md")).stream()
                .map(line -> line.replaceAll("#.*", "").strip())
                .filter(line -> line.startsWith("policy-engine explain ") && !line.contains("--follow"))
                .map(line -> line.replace("REQUEST-ID", id)
                        .replace("/orders", "/locked")
                        .replace("10.0.0.7", client)
                        .replace("TOKEN_EXPIRED", "API_KEY_MISSING"))
                .toList();

        assertThat(commands).hasSizeGreaterThan(3);
        assertThat(commands).allSatisfy(command -> {
            List<String> words = List.of(command.split(" +"));
            Command said = explain(words.subList(2, words.size()).toArray(String[]::new));
            assertThat(said.exitCode()).as(command + ": " + said.output()).isZero();
            assertThat(said.output()).contains("API_KEY_MISSING");
        });
    }

    @Test
    void listsWhatAnEntryInShadowModeWouldHaveDenied() {
        assertThat(stack.get("/conditional").status()).isEqualTo(200);

        Command said = Eventually.get("the denial that was none", () -> {
            Command list = explain("--would-deny", "apiKeyAuth", "--route", "/conditional", "--since", "10m");
            return list.exitCode() == 0 ? list : null;
        });

        assertThat(said.output())
                .contains("TIME", "REQUEST ID")
                .containsPattern("401 +API_KEY_MISSING +request +[0-9a-f.:]+ +GET /conditional +/conditional");
        assertThat(explain("--would-deny", "nobody").output())
                .contains("'would_deny' must be the name of an entry of the running configuration");
    }

    @Test
    void placesStayKnownWhenALaterGenerationIsInForce() throws IOException {
        String id = lockedOut();
        String place = explain(id)
                .output()
                .lines()
                .findFirst()
                .orElseThrow()
                .replaceAll(".* at (routes/tests.yaml:[0-9:]+): .*", "$1");
        Path file = stack.conf().directory().resolve("routes/explain.yaml");
        Files.writeString(file, Files.readString(file) + "# another generation\n");

        Command after = Eventually.get("another generation", () -> {
            Command said = explain(id);
            return said.output().contains("which is no longer in force") ? said : null;
        });

        assertThat(place).startsWith("routes/tests.yaml:");
        assertThat(after.output().lines().findFirst().orElseThrow()).contains(" at " + place + ": API_KEY_MISSING");
    }

    @Test
    void of429SaysTheReason() {
        Eventually.isTrue("the limit", () -> stack.get("/limited").status() == 429);

        assertThat(denied("/limited").output())
                .contains(
                        "/limited: 429, denied by 'rateLimit' at routes/tests.yaml:", ": RATE_LIMITED (rate_limited)");
    }

    @Test
    void of500ByConfigurationSaysWhatIsWrong() {
        Web.Answer answer = stack.get("/misconfigured");
        assertThat(answer.status()).isEqualTo(500);

        Command said = failed("/misconfigured");

        assertThat(said.output())
                .contains("/misconfigured: 500, ROUTE_MISCONFIGURED at the engine itself: ", "noSuchPolicy");
        String id = answer.json().path("request_id").asString();
        assertThat(explain(id).output()).contains(id, "/misconfigured: 500");
    }

    @Test
    void ofATimeoutSaysWhichEntryDidNotAnswer() {
        Web.Answer answer = stack.get("/stalls");
        assertThat(answer.status()).isEqualTo(500);

        Command said = failed("/stalls");

        assertThat(said.output())
                .contains("/stalls: 500, POLICY_TIMEOUT at 'stall'")
                .contains("then: an error for the client");
        assertThat(explain(answer.json().path("request_id").asString()).output())
                .contains("/stalls: 500, POLICY_TIMEOUT");
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
    void hostileIdsDisturbNobody() {
        int admin = stack.kernel().metricsPort();
        String longId = "x".repeat(7000);
        assertThat(stack.get("/locked", "x-request-id", longId).status()).isEqualTo(401);
        assertThat(Web.get(admin, "/exchanges/" + longId).status()).isIn(404, 414);
        assertThat(Web.get(admin, "/exchanges/%00%1b%5b2J").status()).isIn(400, 404);
        assertThat(Web.get(admin, "/exchanges?limit=1000000").status()).isEqualTo(400);
        assertThat(Web.get(admin, "/exchanges?outcome=nothing").status()).isEqualTo(400);
        assertThat(Web.get(admin, "/exchanges/no-such-id").status()).isEqualTo(404);

        assertThat(stack.get("/both").status()).isEqualTo(200);
        assertThat(explain("\u001b[2J").output()).doesNotContain("\u001b");
    }

    @Tag("nightly")
    @Test
    void tenThousandLookUpsDisturbNobody() {
        int admin = stack.kernel().metricsPort();

        for (int i = 0; i < 10_000; i++) {
            int status = Web.get(admin, "/exchanges/no-such-id-" + i).status();
            assertThat(status).isIn(404, 503);
        }

        assertThat(stack.get("/both").status()).isEqualTo(200);
    }

    @Test
    void textsOfClientsReachNoTerminalAsTheyAre() throws IOException {
        String trace = "00-" + "a".repeat(8 * 1024) + "-b-01";
        // Envoy refuses some of them, or ends the connection; what reaches the engine is denied by its policy.
        assertThat(send("x-request-id: id\u001b[2J\u0007\u009b1m")).doesNotStartWith("HTTP/1.1 2");
        assertThat(send("traceparent: " + trace + "\r\ntracestate: k=\u001b]0;title\u0007"))
                .doesNotStartWith("HTTP/1.1 2");
        assertThat(send("traceparent: " + trace + "\r\nb3: " + trace)).startsWith("HTTP/1.1 401");

        Command said = Eventually.get("a denied exchange", () -> {
            Command last = explain("--last-denied", "--route", "/locked");
            return last.exitCode() == 0 ? last : null;
        });

        assertThat(said.output()).doesNotContainPattern("[\\x00-\\x09\\x0b-\\x1f\\x7f]");
        assertThat(stack.kernel().process().output()).doesNotContainPattern("[\\x00-\\x09\\x0b-\\x1f\\x7f]");
        assertThat(stack.worker().process().output()).doesNotContainPattern("[\\x00-\\x09\\x0b-\\x1f\\x7f]");
        assertThat(Web.get(stack.kernel().metricsPort(), "/exchanges?route=/locked")
                        .body())
                .doesNotContainPattern("[\\x00-\\x09\\x0b-\\x1f\\x7f]");
        assertThat(stack.get("/both").status()).isEqualTo(200);
    }

    /** Sends a request with these fields as they are, and reads the answer, whatever it is. */
    private static String send(String fields) throws IOException {
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), stack.envoy().port())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream()
                    .write(("GET /locked HTTP/1.1\r\nhost: a\r\nconnection: close\r\n" + fields + "\r\n\r\n")
                            .getBytes(ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
        }
    }

    @Test
    void explainFollowsUntilItIsEnded() {
        List<String> command = Installation.engine(
                "explain",
                "--follow",
                "--route",
                "/locked",
                "--admin",
                "127.0.0.1:" + stack.kernel().metricsPort());
        try (OsProcess follower = OsProcess.start("explain", command, Map.of())) {
            // What is kept before it looks for the first time is not told.
            Eventually.isTrue("lines of what is denied", () -> {
                stack.get("/locked");
                return follower.lines().size() >= 3;
            });

            assertThat(follower.lines())
                    .allSatisfy(line -> assertThat(line).contains("/locked", "401"))
                    .doesNotHaveDuplicates();
            assertThat(follower.isAlive()).isTrue();
            follower.signal("INT");
            assertThat(follower.exitCodeWithin(20)).isEqualTo(130);
        }
    }
}
