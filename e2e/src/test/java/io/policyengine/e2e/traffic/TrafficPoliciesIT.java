package io.policyengine.e2e.traffic;

import io.policyengine.e2e.harness.TestConf;
import io.policyengine.e2e.table.PolicyRow;
import io.policyengine.e2e.table.PolicyTable;
import io.policyengine.e2e.table.Sent;
import io.policyengine.testkit.redis.RedisServer;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/**
 * Each policy of traffic behind a real Envoy: a request that it lets pass, one that it refuses, one on a route where its parameters are
 * wrong, and one that it would let pass while the store is down, for each thing that may happen then, and when the store is back. Prints the
 * table.
 */
class TrafficPoliciesIT {
    private final AtomicInteger clients = new AtomicInteger();

    private Sent ofANewClient() {
        return Sent.get("x-client", "client-" + clients.incrementAndGet());
    }

    private static Sent ofOneWhoWasHere() {
        return Sent.get("x-client", "regular");
    }

    private PolicyRow limited(String name, String params, int whenDown) {
        return new PolicyRow(name, "{ policy: " + name.split(" ", 2)[0] + ", params: { " + params + " } }")
                .allows(200, this::ofANewClient)
                .after(2, TrafficPoliciesIT::ofOneWhoWasHere)
                .denies(429, TrafficPoliciesIT::ofOneWhoWasHere)
                .whenDown(whenDown);
    }

    private PolicyRow rateLimit(String mode, int whenDown) {
        return limited("rateLimit " + mode, """
                        store: redis, on_store_failure: %s, limits: { requests: 2, per: hour, key: "header:x-client" }""".formatted(mode), whenDown).wrong("{ store: nowhere }");
    }

    private PolicyRow quota(String mode, int whenDown) {
        return limited("quota " + mode, """
                        store: redis, on_store_failure: %s, limits: { requests: 2, per: month, key: "header:x-client" }""".formatted(mode), whenDown)
                .wrong("{ limits: { requests: 2, per: month, time_zone: Europe/Atlantis } }");
    }

    private PolicyRow cache(String mode, int whenDown) {
        return new PolicyRow(
                        "cache " + mode,
                        "{ policy: cache, params: { store: redis, on_store_failure: %s, shared: true, ttl_s: 60 } }"
                                .formatted(mode))
                .inBothFlows()
                .allows(200, Sent::get)
                .denies(504, () -> new Sent("GET", "/never-asked-for", "cache-control", "only-if-cached"))
                .whenDown(whenDown)
                .wrong("{ ttl_s: forever }");
    }

    private PolicyRow idempotency(String mode, int whenDown) {
        return new PolicyRow(
                        "idempotency " + mode,
                        "{ policy: idempotency, params: { store: redis, on_store_failure: %s } }".formatted(mode))
                .inBothFlows()
                .allows(200, () -> Sent.post("once", "idempotency-key", "key-" + clients.incrementAndGet()))
                .after(1, () -> Sent.post("once", "idempotency-key", "the-key"))
                .denies(422, () -> Sent.post("twice", "idempotency-key", "the-key"))
                .whenDown(whenDown)
                .wrong("{ ttl_s: 0 }");
    }

    private PolicyRow concurrencyLimit(String name, String store, int whenDown) {
        return new PolicyRow(
                        name,
                        "{ policy: concurrencyLimit, params: { max: 1, key: \"header:x-client\"%s } }".formatted(store))
                .allows(200, this::ofANewClient)
                .during(() -> new Sent("GET", "?delay=600000", "x-client", "regular"))
                .denies(503, TrafficPoliciesIT::ofOneWhoWasHere)
                .whenDown(whenDown)
                .wrong("{ max: 0 }");
    }

    private PolicyRow sharedConcurrencyLimit(String mode, int whenDown) {
        return concurrencyLimit("concurrencyLimit " + mode, ", store: redis, on_store_failure: " + mode, whenDown);
    }

    private List<PolicyRow> rows() {
        return List.of(
                limited("rateLimit", "requests_per_second: 0.001, burst: 2, key: \"header:x-client\"", 200)
                        .wrong("{ burst: 0 }"),
                rateLimit("local", 200),
                rateLimit("allow", 200),
                rateLimit("deny", 503),
                quota("local", 200),
                quota("allow", 200),
                quota("deny", 503),
                concurrencyLimit("concurrencyLimit", "", 200),
                sharedConcurrencyLimit("local", 200),
                sharedConcurrencyLimit("allow", 200),
                sharedConcurrencyLimit("deny", 503),
                cache("allow", 200),
                cache("deny", 503),
                idempotency("allow", 200),
                new PolicyRow("idempotency replayed", "{ policy: idempotency }")
                        .inBothFlows()
                        .allows(200, () -> Sent.post("once", "idempotency-key", "key-" + clients.incrementAndGet()))
                        .after(1, () -> Sent.post("once", "idempotency-key", "replayed"))
                        .denies(200, () -> Sent.post("once", "idempotency-key", "replayed"))
                        .wrong("{ header: 'a b' }"),
                idempotency("deny", 503),
                new PolicyRow("canary", """
                        { policy: canary, params: { arms: [{ name: stable, weight: 1 }, { name: next, weight: 1, header: { x-version: v2 } }] } }""")
                        .allows(200, Sent::get)
                        .denies(200, Sent::get)
                        .wrong("{ arms: [] }"),
                new PolicyRow("faultInjection", """
                        { policy: faultInjection, params: { abort: { status: 503 }, when: "'x-chaos' in request.headers" } }""")
                        .allows(200, Sent::get)
                        .denies(503, () -> Sent.get("x-chaos", "yes"))
                        .wrong("{ percent: 101 }"));
    }

    @Test
    void eachPassesRefusesAndHoldsWhatItPromisesWhileTheStoreIsDown() {
        try (RedisServer redis = RedisServer.start();
                TestConf conf = TestConf.ofTests()
                        .replacing("worker.yaml", "  observability:", """
                          allow_faults: true
                          stores: { redis: { url: "%s", breaker: { failures: 3, open_ms: 1000 } } }
                          observability:""".formatted(redis.url())
                                .indent(2)
                                .stripTrailing());
                PolicyTable table = new PolicyTable(conf, rows())) {
            table.require(redis::kill, redis::restart);
        }
    }
}
