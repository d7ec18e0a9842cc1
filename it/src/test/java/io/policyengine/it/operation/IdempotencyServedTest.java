package io.policyengine.it.operation;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.admin.KernelAdmin;
import io.policyengine.core.log.ComponentLevels;
import io.policyengine.it.engine.StandardWorker;
import io.policyengine.kernel.engine.KernelUnderTest;
import io.policyengine.testkit.envoy.SimRequest;
import io.policyengine.testkit.envoy.SimResponse;
import io.policyengine.testkit.envoy.SimResult;
import io.policyengine.testkit.time.Await;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Both entries of {@code idempotency} in a kernel: the part on the response finds what the part on the request began. */
class IdempotencyServedTest {
    private static final String ENTRY = "{ policy: idempotency, params: { max_body_bytes: 10 } }";

    @TempDir
    Path directory;

    private final KernelUnderTest engine = new KernelUnderTest(KernelAdmin.with(ComponentLevels.NONE));

    @BeforeEach
    void start() {
        KernelUnderTest.write(directory, "kernel.yaml", """
                policy_kernel:
                  server: { address: 127.0.0.1, port: 0 }
                  envoy: { message_timeout_ms: 20000 }
                  limits: { phase_timeout_ms: 15000 }
                  observability: { metrics_port: 0 }
                  unknown_route: deny
                """);
        KernelUnderTest.write(directory, "routes/payments.yaml", """
                route_policies:
                  - route_name: /payments
                    request_flow:
                      policy_chain: [ %s, { policy: celRule, params: { deny_if: "'x-deny' in request.headers" } } ]
                    response_flow: { policy_chain: [ %s ] }
                """.formatted(ENTRY, ENTRY));
        StandardWorker.start(engine, directory);
    }

    @AfterEach
    void stop() {
        engine.close();
    }

    @Test
    void anAnswerWithABodyIsGivenAgain() {
        SimResult first = pay("k", SimResponse.of(201, "a", "b").withHeader("x-id", "1"));
        SimResult again = pay("k", SimResponse.of(500));

        assertThat(first.status()).isEqualTo(201);
        assertThat(first.response().header("idempotency-replayed")).isNull();
        assertThat(again.upstream()).isNull();
        assertThat(again.status()).isEqualTo(201);
        assertThat(again.response().bodyText()).isEqualTo("ab");
        assertThat(again.response().header("x-id")).isEqualTo("1");
        assertThat(again.response().header("idempotency-replayed")).isEqualTo("true");
    }

    @Test
    void anAnswerWithoutABodyIsGivenAgain() {
        pay("k", SimResponse.of(204));

        SimResult again = pay("k", SimResponse.of(500));

        assertThat(again.upstream()).isNull();
        assertThat(again.status()).isEqualTo(204);
    }

    @Test
    void anAnswerThatIsTooLongIsNotRunAgain() {
        assertThat(pay("k", SimResponse.of(200, "more than ten octets")).status())
                .isEqualTo(200);

        assertThat(pay("k", SimResponse.of(200)).status()).isEqualTo(409);
    }

    @Test
    void aServerErrorFreesTheKey() {
        assertThat(pay("k", SimResponse.of(503, "no")).status()).isEqualTo(503);

        assertThat(pay("k", SimResponse.of(200, "yes")).status()).isEqualTo(200);
    }

    @Test
    void aRequestThatALaterPolicyDeniesFreesTheKey() {
        SimRequest denied = request("k").withHeader("x-deny", "1");
        assertThat(engine.exchange("/payments", denied, SimResponse.of(200)).status())
                .isEqualTo(403);

        Await.until("the key is free", () -> pay("k", SimResponse.of(200)).status() == 200);
    }

    @Test
    void anotherBodyIsRefused() {
        pay("k", SimResponse.of(200));

        SimRequest other = SimRequest.post("/payments", "other").withHeader("idempotency-key", "k");

        assertThat(engine.exchange("/payments", other, SimResponse.of(200)).status())
                .isEqualTo(422);
    }

    private SimResult pay(String key, SimResponse response) {
        return engine.exchange("/payments", request(key), response);
    }

    private static SimRequest request(String key) {
        return SimRequest.post("/payments", "100 ", "EUR").withHeader("idempotency-key", key);
    }
}
