package io.policyengine.admin.access;

import static io.policyengine.kernel.harness.KernelHarness.route;
import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.admin.harness.Answer;
import io.policyengine.admin.harness.ManagedKernels;
import io.policyengine.core.instruction.SetHeader;
import io.policyengine.kernel.harness.KernelHarness;
import io.policyengine.kernel.harness.Policies;
import io.policyengine.testkit.log.CapturedLog;
import io.policyengine.testkit.time.Await;
import io.policyengine.testkit.time.FakeTicker;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The audit log: who has changed what by the management API, or was refused. */
class AuditTest {
    private static final String OVERRIDE = "/overrides/policy/one";
    private static final String OFF = "{\"mode\": \"off\", \"reason\": \"ticket 4711\"}";

    private final KernelHarness kernel = ManagedKernels.create();
    private final CapturedLog log = CapturedLog.of(AuditLog.LOGGER);

    @BeforeEach
    void addWorker() {
        kernel.worker("a").with("one", Policies.request(new SetHeader("x-policy", "one")));
    }

    @AfterEach
    void stop() {
        kernel.close();
        log.close();
    }

    private void start() {
        kernel.start("workers: [ { name: a } ]\n", route("/first", "[ { policy: one } ]", "[]"));
    }

    private Answer call(HttpMethod method, String path, @Nullable String body, Map<String, String> headers) {
        return Answer.of(kernel, method, path, body, headers);
    }

    private List<Map<String, String>> lines() {
        return log.lines();
    }

    @Test
    void aChangeTellsWhoDidWhatAndTheHashesBeforeAndAfter() {
        start();
        String before = call(HttpMethod.GET, "/config", null, Map.of()).text("/generation/hash");

        Answer answer = call(HttpMethod.PUT, OVERRIDE, OFF, Map.of());

        assertThat(lines()).singleElement().satisfies(line -> {
            assertThat(line)
                    .containsEntry("caller", "operators")
                    .containsEntry("operation", "putOverride")
                    .containsEntry("method", "PUT")
                    .containsEntry("path", OVERRIDE)
                    .containsEntry("change", "{\"mode\":\"off\",\"reason\":\"ticket 4711\"}")
                    .containsEntry("status", "200")
                    .containsEntry("outcome", "success")
                    .containsEntry("old_hash", before)
                    .containsEntry("new_hash", answer.text("/hash"));
            assertThat(line.get("peer")).startsWith("127.0.0.1:");
        });
        assertThat(answer.text("/hash")).isNotEqualTo(before);
    }

    @Test
    void aRollbackAndARemovalTellTheReasonThatTheyAreGiven() {
        start();
        call(HttpMethod.PUT, OVERRIDE, OFF, Map.of());

        call(HttpMethod.DELETE, OVERRIDE, "{\"reason\": \"it works again\"}", Map.of());
        call(HttpMethod.POST, "/generations/1:rollback", "{\"reason\": \"ticket 4712\"}", Map.of());

        assertThat(lines().stream().skip(1).map(line -> line.get("change")).toList())
                .containsExactly("{\"reason\":\"it works again\"}", "{\"reason\":\"ticket 4712\"}");
    }

    @Test
    void whatIsRefusedHasALineTooAndNoneHasASecret() {
        start();

        call(HttpMethod.PUT, OVERRIDE, OFF, Answer.WITHOUT_TOKEN);
        call(HttpMethod.PUT, OVERRIDE, OFF, Map.of("authorization", "Bearer wrong-wrong-wrong-wrong"));
        call(HttpMethod.PUT, "/routes/%2Fnew", """
                {"request_flow": {"policy_chain": [{"policy": "none", "params": {"password": "hush"}}]}}""", Map.of());
        call(HttpMethod.DELETE, "/routes/%2Fnone", null, Map.of());

        assertThat(lines().stream().map(line -> line.get("outcome")).toList())
                .containsExactly("unauthenticated", "unauthenticated", "invalid_configuration", "not_found");
        assertThat(lines().stream().map(line -> line.get("caller")).toList())
                .containsExactly(Caller.ANONYMOUS, Caller.ANONYMOUS, "operators", "operators");
        assertThat(lines().toString()).doesNotContain("hush", "wrong-wrong", KernelHarness.TOKEN);
    }

    @Test
    void aBodyThatIsTooLongHasALineToo() {
        start();

        Answer answer = call(HttpMethod.PUT, "/routes/%2Fnew", " ".repeat(16 * 1024 * 1024 + 1), Map.of());

        assertThat(answer.status()).isEqualTo(413);
        assertThat(lines())
                .singleElement()
                .satisfies(line -> assertThat(line)
                        .containsEntry("caller", "operators")
                        .containsEntry("operation", "putRoute")
                        .containsEntry("status", "413"));
    }

    @Test
    void aBodyThatIsNotSentAsItShouldHasALineToo() {
        start();
        // Vert.x closes a client that is not referenced.
        NetClient client = kernel.vertx().createNetClient();
        NetSocket socket = Await.result(client.connect(kernel.adminPort(), "127.0.0.1"));

        Await.result(socket.write("PUT " + OVERRIDE + " HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n"
                + "Authorization: Bearer " + KernelHarness.TOKEN + "\r\n\r\n5\r\n{\"mod\r\nzz\r\n"));

        Await.until(() -> !lines().isEmpty());
        Await.result(client.close());
        assertThat(lines())
                .singleElement()
                .satisfies(line -> assertThat(line)
                        .containsEntry("caller", "operators")
                        .containsEntry("operation", "putOverride")
                        .containsEntry("outcome", "invalid_body"));
    }

    @Test
    void whoAllowsALossIsSeenHoweverLongTheQueryIs() {
        start();

        call(HttpMethod.DELETE, "/routes/%2Fnone", null, Map.of());
        call(HttpMethod.PUT, "/routes/%2Fnew?x=" + "y".repeat(1000) + "&allow%5Floss=true", "{", Map.of());

        assertThat(lines().stream().map(line -> line.get("query")).toList())
                .containsExactly(null, "allow_loss=true&(1 unknown)");
    }

    @Test
    void aTokenInTheQueryIsNotWritten() {
        start();

        for (String query : List.of(
                "token=" + KernelHarness.TOKEN,
                KernelHarness.TOKEN,
                KernelHarness.TOKEN + "=1&a=b",
                "allow_loss=" + KernelHarness.TOKEN)) {
            call(HttpMethod.PUT, OVERRIDE + "?" + query, OFF, Map.of());
            call(HttpMethod.PUT, OVERRIDE + "?" + query, OFF, Answer.WITHOUT_TOKEN);
            call(HttpMethod.PUT, "/routes/%2Fnew?" + query, " ".repeat(16 * 1024 * 1024 + 1), Map.of());
        }

        assertThat(lines()).hasSize(12);
        assertThat(lines().toString()).doesNotContain(KernelHarness.TOKEN);
        assertThat(lines().getFirst()).containsEntry("query", "(1 unknown)");
    }

    @Test
    void lookingHasNoLine() {
        start();

        call(HttpMethod.GET, "/config", null, Map.of());
        call(HttpMethod.GET, "/config", null, Map.of("authorization", "Bearer wrong"));

        assertThat(lines()).isEmpty();
    }

    @Test
    void whoHasNoTokenCannotFillTheLog() {
        FakeTicker ticker = new FakeTicker();
        AuditLog audit = new AuditLog(ticker);
        AuditLog.Change attempt = new AuditLog.Change(
                Caller.anonymous("127.0.0.1:1"), "putRoute", "PUT", "/routes/" + "x".repeat(5000), null, null);
        AuditLog.Result refused = new AuditLog.Result(401, "unauthenticated", null, null);

        for (int i = 0; i < 100; i++) {
            audit.write(attempt, refused);
        }
        assertThat(lines()).hasSize(5);
        ticker.advance(Duration.ofSeconds(11));
        audit.write(attempt, refused);

        assertThat(lines()).hasSize(6);
        assertThat(lines().getLast()).containsEntry("left_out", "95");
        assertThat(lines().getLast().get("path")).hasSizeLessThan(400);
    }
}
