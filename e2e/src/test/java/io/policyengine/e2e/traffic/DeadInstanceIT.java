package io.policyengine.e2e.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.e2e.harness.EngineProcess;
import io.policyengine.e2e.harness.EnvoyProcess;
import io.policyengine.e2e.harness.Eventually;
import io.policyengine.e2e.harness.Installation.EnvoyVersion;
import io.policyengine.e2e.harness.TestConf;
import io.policyengine.e2e.harness.Upstream;
import io.policyengine.e2e.harness.Web;
import io.policyengine.testkit.redis.RedisServer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Two engines on one Redis, each behind an Envoy of its own: the same request at both at once, and what one holds when it is killed. */
@Tag("nightly")
class DeadInstanceIT {
    private static final int DUPLICATES = 64;
    private static final int MAX = 2;

    private final RedisServer redis = RedisServer.start();
    private final Upstream upstream = Upstream.start();
    private final TestConf ofFirst = conf();
    private final TestConf ofSecond = conf();
    private final List<CompletableFuture<Web.Answer>> underWay = new ArrayList<>();
    private EngineProcess first;
    private EngineProcess second;
    private EnvoyProcess envoyOfFirst;
    private EnvoyProcess envoyOfSecond;

    private TestConf conf() {
        return TestConf.ofTests()
                .replacing("worker.yaml", "  observability:", """
                  stores: { redis: { url: "%s", timeout_ms: 2000 } }
                  observability:""".formatted(redis.url())
                        .indent(2)
                        .stripTrailing())
                .with("routes/shared.yaml", """
            route_policies:
              - route_name: "/once*"
                request_flow:
                  policy_chain: [{ policy: idempotency, name: once, params: { store: redis, lock_ttl_s: 4 } }]
                response_flow:
                  policy_chain: [{ policy: idempotency, name: once, params: { store: redis, lock_ttl_s: 4 } }]
              - route_name: "/narrow*"
                request_flow:
                  policy_chain:
                    - { policy: concurrencyLimit, params: { max: 2, key: "'all'", store: redis, lease_s: 3, on_store_failure: deny } }
            """);
    }

    @BeforeEach
    void start() {
        first = EngineProcess.embedded(ofFirst);
        second = EngineProcess.embedded(ofSecond);
        envoyOfFirst = EnvoyProcess.start(
                EnvoyVersion.single(), ofFirst.directory(), first.awaitReady().port(), upstream.port());
        envoyOfSecond = EnvoyProcess.start(
                EnvoyVersion.single(), ofSecond.directory(), second.awaitReady().port(), upstream.port());
    }

    @AfterEach
    void stop() {
        underWay.forEach(request -> request.cancel(true));
        envoyOfFirst.close();
        envoyOfSecond.close();
        first.close();
        second.close();
        ofFirst.close();
        ofSecond.close();
        upstream.close();
        redis.close();
    }

    private static CompletableFuture<Web.Answer> pay(EnvoyProcess envoy, String key, String amount, int delayMs) {
        return Web.start(
                "POST", envoy.port(), "/once?delay=" + delayMs, amount, "Idempotency-Key", key, "x-stamp", key);
    }

    /** A request that is at the upstream for longer than the test lasts. */
    private void hold(EnvoyProcess envoy, String method, String path, String... headers) {
        int before = upstream.delayed();
        underWay.add(Web.start(method, envoy.port(), path, "", headers));
        Eventually.isTrue("the upstream has it", () -> upstream.delayed() > before);
    }

    private int narrow(EnvoyProcess envoy) {
        return Web.get(envoy.port(), "/narrow").status();
    }

    @Test
    void ofDuplicatesAtBothEnginesTheUpstreamSeesOne() {
        List<CompletableFuture<Web.Answer>> duplicates = new ArrayList<>();
        for (int i = 0; i < DUPLICATES; i++) {
            duplicates.add(pay(i % 2 == 0 ? envoyOfFirst : envoyOfSecond, "payment", "10 EUR", 1_000));
        }
        List<Integer> statuses = duplicates.stream()
                .map(answer -> answer.join().status())
                .sorted()
                .toList();

        assertThat(upstream.stamps()).containsEntry("payment", 1);
        assertThat(statuses).containsOnly(200, 409);
        for (EnvoyProcess envoy : List.of(envoyOfFirst, envoyOfSecond)) {
            Web.Answer again = pay(envoy, "payment", "10 EUR", 1_000).join();
            assertThat(again.status()).isEqualTo(200);
            assertThat(again.header("Idempotency-Replayed")).isEqualTo("true");
            assertThat(pay(envoy, "payment", "20 EUR", 1_000).join().status()).isEqualTo(422);
        }
        assertThat(upstream.stamps()).containsEntry("payment", 1);
    }

    @Test
    void whatAnEngineThatIsKilledHeldIsFreeAgainInTime() {
        for (int i = 0; i < MAX; i++) {
            hold(envoyOfFirst, "GET", "/narrow?delay=600000");
        }
        hold(envoyOfFirst, "POST", "/once?delay=3000", "Idempotency-Key", "lost", "x-stamp", "lost");
        assertThat(narrow(envoyOfSecond)).isEqualTo(503);

        first.process().kill();

        assertThat(narrow(envoyOfSecond)).as("its leases hold for a while").isEqualTo(503);
        assertThat(Web.send("POST", envoyOfSecond.port(), "/once?delay=3000", "", "Idempotency-Key", "lost")
                        .status())
                .as("and so does its lock")
                .isEqualTo(409);
        Eventually.isTrue("its leases end", () -> narrow(envoyOfSecond) == 200);
        Eventually.isTrue(
                "its lock ends",
                () -> Web.send("POST", envoyOfSecond.port(), "/once?delay=3000", "", "Idempotency-Key", "lost")
                                .status()
                        == 200);
        for (int i = 0; i < MAX; i++) {
            hold(envoyOfSecond, "GET", "/narrow?delay=600000");
        }
        assertThat(narrow(envoyOfSecond)).as("no permit too many").isEqualTo(503);
    }
}
