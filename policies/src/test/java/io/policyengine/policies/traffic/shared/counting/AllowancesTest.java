package io.policyengine.policies.traffic.shared.counting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.policyengine.core.capacity.Capacity;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.store.StoreException;
import io.policyengine.policies.traffic.ratelimit.RateLimitFactory;
import io.policyengine.testkit.policy.FakeEnvironment;
import io.policyengine.testkit.policy.FakeStore;
import io.policyengine.testkit.policy.PolicyTester;
import io.policyengine.testkit.policy.TestMessages;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Two instances that let requests pass by themselves between their round trips to one store. */
class AllowancesTest {
    private static final RateLimitFactory FACTORY = new RateLimitFactory();
    private static final int LIMIT = 1_000;

    private final FakeEnvironment here = new FakeEnvironment();
    private final FakeEnvironment there = new FakeEnvironment();
    private final FakeStore store = here.useStore("redis").joinedBy(there);

    private static PolicyTester instance(FakeEnvironment environment, String params) {
        return PolicyTester.of(FACTORY, """
                store: redis
                sync_interval_ms: 100
                algorithm: fixed_window
                limits: { requests: 1000, per: hour }
                """ + params, environment);
    }

    private static boolean passes(PolicyTester tester) {
        return !tester.request(TestMessages.get("/")).isDenied();
    }

    private static long passes(PolicyTester tester, int requests) {
        return IntStream.range(0, requests).filter(i -> passes(tester)).count();
    }

    private void time(long millis) {
        here.advance(Duration.ofMillis(millis));
        there.advance(Duration.ofMillis(millis));
    }

    @Test
    void oneInstanceIsExactAndAsksOnceInAnInterval() {
        PolicyTester tester = instance(here, "");

        assertThat(passes(tester, 900)).isEqualTo(900);
        assertThat(store.operations()).isOne();
        time(100);
        assertThat(store.operations()).as("it has told what was used").isEqualTo(2);
        assertThat(passes(tester, 900)).isEqualTo(100);
        time(100);
        time(3_600_000);
        assertThat(passes(tester, 2_000)).isEqualTo(1_000);
    }

    @Test
    void clientsWhoseKeysAreOneTextTogetherHaveTwoAccounts() {
        PolicyTester tester = PolicyTester.of(FACTORY, """
                store: redis
                sync_interval_ms: 100
                limits:
                  - { name: a, requests: 2, per: hour, key: 'request.headers["x-client"] == "1" ? "a\\ne:b" : "a"' }
                  - { name: b, requests: 2, per: hour, key: 'request.headers["x-client"] == "1" ? "c" : "b\\ne:c"' }
                """, here);
        RequestView one = TestMessages.get("/", "x-client", "1");
        RequestView other = TestMessages.get("/", "x-client", "2");

        assertThat(tester.request(one).isDenied()).isFalse();
        assertThat(tester.request(one).isDenied()).isFalse();
        assertThat(tester.request(one).isDenied()).isTrue();
        assertThat(tester.request(other).isDenied()).isFalse();
    }

    @Test
    void whatIsDeniedForCertainCostsNoRoundTrip() {
        PolicyTester tester = instance(here, "");
        passes(tester, 1_000);
        int before = store.operations();

        assertThat(passes(tester, 10_000)).isZero();
        assertThat(store.operations()).isEqualTo(before);
    }

    @Test
    void withoutReplicasBothMayUseTheWholeOnceMore() {
        PolicyTester one = instance(here, "");
        PolicyTester two = instance(there, "");
        assertThat(passes(one) && passes(two)).isTrue();

        long passed = 2 + passes(one, LIMIT) + passes(two, LIMIT);

        assertThat(passed).isGreaterThan(LIMIT).isLessThanOrEqualTo(2 * LIMIT);
        time(200);
        assertThat(passes(one, 100) + passes(two, 100)).isZero();
    }

    static List<Integer> seeds() {
        return Boolean.getBoolean("tests.all") ? List.of(1, 2, 3, 5, 8) : List.of(1, 2);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void theOvershootStaysInItsBound(int seed) {
        PolicyTester one = instance(here, "replicas: 2");
        PolicyTester two = instance(there, "replicas: 2");
        Random random = new Random(seed);
        long passed = 0;
        long end = here.clock().millis() + Duration.ofMinutes(50).toMillis();
        while (here.clock().millis() < end && passed < 2 * LIMIT) {
            passed += passes(random.nextBoolean() ? one : two, random.nextInt(1 << random.nextInt(8)));
            if (random.nextInt(4) == 0) {
                time(random.nextInt(1_000));
            }
        }
        assertThat(passed).isBetween((long) LIMIT, LIMIT + LIMIT / 2L);
    }

    @Test
    void nothingIsLostWhereBothUseTheirShares() {
        PolicyTester one = instance(here, "replicas: 2");
        PolicyTester two = instance(there, "replicas: 2");

        long passed = 0;
        for (int i = 0; i < 3_000; i++) {
            passed += passes(i % 2 == 0 ? one : two, 1);
        }

        assertThat(passed).isBetween((long) LIMIT, LIMIT + LIMIT / 2L);
        assertThat(store.operations()).isLessThan(500);
    }

    @Test
    void whatWasUsedIsToldWhenThePolicyEnds() {
        PolicyTester one = instance(here, "");
        passes(one, 700);
        one.close();

        assertThat(passes(instance(there, ""), LIMIT)).isEqualTo(300);
        int before = store.operations();
        here.advance(Duration.ofSeconds(10));
        assertThat(store.operations()).as("it asks for nothing any more").isEqualTo(before);
    }

    @Test
    void aStoreThatFailsIsNoticedAtTheNextInterval() {
        PolicyTester tester = instance(here, "on_store_failure: deny");
        assertThat(passes(tester, 10)).isEqualTo(10);
        store.fail(StoreException.Kind.TIMEOUT);
        assertThat(passes(tester, 10)).isEqualTo(10);

        time(100);
        assertThat(tester.request(TestMessages.get("/")).denial().status()).isEqualTo(503);
        store.recover();
        assertThat(passes(tester, 2_000)).as("but for what it could not tell").isBetween(980L, 1_000L);
    }

    @Test
    void accountsAreBoundedAndGoWithoutRequests() {
        PolicyTester tester = PolicyTester.of(FACTORY, """
                store: redis
                sync_interval_ms: 100
                limits: { requests: 1000, per: hour, key: "header:x-tenant" }
                """, here);
        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < Allowances.MAX + 100; i++) {
                tester.request(TestMessages.get("/", "x-tenant", "t" + i));
            }
        }
        assertThat(store.operations()).isEqualTo(Allowances.MAX + 200);
        time(100);
        assertThat(store.operations()).isEqualTo(2 * Allowances.MAX + 200);
        time(100);
        time(100);
        assertThat(store.operations()).as("nobody came").isEqualTo(2 * Allowances.MAX + 200);
    }

    @Test
    void accountsAreCountedInTheHeapsPartForState() {
        Capacity heap = here.capacity("allowances", Allowances.MAX_BYTES);
        PolicyTester tester = instance(here, "");
        assertThat(passes(tester, 3)).isEqualTo(3);
        assertThat(store.operations()).isOne();
        assertThat(heap.taken()).isBetween(500L, 1_500L);
        time(100);
        time(100);
        time(100);
        assertThat(heap.taken()).as("nobody came").isZero();
        int before = store.operations();

        heap.take(Allowances.MAX_BYTES);
        assertThat(passes(tester, 3)).isEqualTo(3);
        assertThat(store.operations()).as("each is counted in the store").isEqualTo(before + 3);

        heap.give(Allowances.MAX_BYTES);
        assertThat(passes(tester, 3)).isEqualTo(3);
        assertThat(store.operations()).isEqualTo(before + 4);
        tester.close();
        assertThat(heap.taken()).isZero();
    }

    @Test
    void aRequestThatIsGivenUpClosesNoAccount() {
        PolicyTester tester = PolicyTester.of(FACTORY, """
                store: redis
                sync_interval_ms: 100
                replicas: 2
                limits: { requests: 1000, per: hour, cost: "int(request.headers['x-cost'])" }
                """, here);
        tester.request(TestMessages.get("/", "x-cost", "1"));
        store.fail(StoreException.Kind.CANCELLED);
        assertThatExceptionOfType(StoreException.class)
                .isThrownBy(() -> tester.request(TestMessages.get("/", "x-cost", "600")));
        store.recover();

        int before = store.operations();
        assertThat(tester.request(TestMessages.get("/", "x-cost", "1")).isDenied())
                .isFalse();
        assertThat(store.operations()).isEqualTo(before);
    }

    @Test
    void aStoreThatIsSlowLosesNothing() {
        PolicyTester tester = instance(here, "");
        passes(tester, 10);
        store.after(Duration.ofMillis(20));
        time(100);
        assertThat(passes(tester, 500)).as("while it is told").isEqualTo(500);
        time(20);
        assertThat(passes(tester, 490)).isEqualTo(490);
        assertThat(passes(tester, 1)).isZero();
    }
}
