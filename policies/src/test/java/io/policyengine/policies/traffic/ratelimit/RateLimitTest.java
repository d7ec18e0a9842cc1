package io.policyengine.policies.traffic.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.time.Ticker;
import io.policyengine.testkit.policy.FakeEnvironment;
import io.policyengine.testkit.policy.PolicyTester;
import io.policyengine.testkit.policy.TestMessages;
import io.policyengine.testkit.time.FakeTicker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class RateLimitTest {
    private static final RateLimitFactory FACTORY = new RateLimitFactory();
    private static final int THREADS = 8;

    private final FakeEnvironment environment = new FakeEnvironment();

    @Test
    void letsExactlyABurstPassAtOneInstantOnManyThreads() throws Exception {
        var tester = PolicyTester.of(FACTORY, "{ requests_per_second: 1000, burst: 777 }", environment);

        for (int round = 0; round < 20; round++) {
            assertThat(passes(2_000, () -> passes(tester))).isEqualTo(777);
            environment.advance(Duration.ofMillis(777));
        }
        environment.advance(Duration.ofMillis(100));
        assertThat(passes(2_000, () -> passes(tester))).isEqualTo(777);
        environment.advance(Duration.ofMillis(5));
        assertThat(passes(2_000, () -> passes(tester))).isEqualTo(5);
    }

    @Test
    void neverLetsMoreThanTheRatePassWhileTimeRuns() throws Exception {
        var time = new FakeTicker();
        Ticker running = () -> {
            time.advance(Duration.ofNanos(100));
            return time.nanoTime();
        };
        var buckets = new TokenBuckets(100_000, 50, 10, running);
        long start = time.nanoTime();

        long passed = passes(50_000, () -> buckets.take("k") == 0);

        long elapsed = time.nanoTime() - start;
        assertThat(passed).isLessThanOrEqualTo(50 + elapsed / 10_000).isGreaterThan(elapsed / 10_000 / 2);
    }

    @Test
    void keepsTheBucketsOverAReloadThatLeavesTheLimitAlone() {
        var before = PolicyTester.of(FACTORY, "{ burst: 1 }", environment);
        assertThat(passes(before)).isTrue();

        assertThat(passes(PolicyTester.of(FACTORY, "{ burst: 1, denial_format: problem }", environment)))
                .isFalse();
        assertThat(passes(PolicyTester.of(FACTORY, "{ burst: 2 }", environment)))
                .isTrue();
    }

    @Test
    void boundsMemoryForAMillionKeys() {
        var buckets = new TokenBuckets(1, 1, 1_000, environment.ticker());

        for (int i = 0; i < 1_000_000; i++) {
            buckets.take("k" + i);
        }

        assertThat(buckets.size()).isLessThanOrEqualTo(1_000);
    }

    @Test
    void forgetsABucketOnlyOnceItIsFull() {
        var buckets = new TokenBuckets(0.5, 4, 1_000, environment.ticker());
        IntStream.range(0, 4).forEach(i -> assertThat(buckets.take("k")).isZero());

        for (int halfSeconds = 1; halfSeconds < 4; halfSeconds++) {
            environment.advance(Duration.ofMillis(500));
            assertThat(buckets.take("k")).isPositive();
        }
        environment.advance(Duration.ofMillis(6_400));
        assertThat(IntStream.range(0, 10).filter(i -> buckets.take("k") == 0).count())
                .isEqualTo(3);
        assertThat(buckets.size()).isEqualTo(1);
        environment.advance(Duration.ofSeconds(10));
        assertThat(buckets.size()).isZero();
    }

    @Test
    void keepsABusyBucketThroughAFloodOfFreshKeys() {
        var buckets = new TokenBuckets(0.001, 50, 1_000, environment.ticker());
        long passed = 0;

        for (int i = 0; i < 200_000; i++) {
            if (i % 20 == 0 && buckets.take("busy") == 0) {
                passed++;
            }
            buckets.take("fresh" + i);
        }

        assertThat(passed).isLessThan(200);
    }

    @Test
    void keepsLongKeysAsDigests() {
        var tester = PolicyTester.of(FACTORY, "{ burst: 1, key: 'header:x-tenant' }", environment);
        String huge = "t".repeat(1_000_000);

        assertThat(tester.request(TestMessages.get("/", "x-tenant", huge)).isDenied())
                .isFalse();
        assertThat(tester.request(TestMessages.get("/", "x-tenant", huge)).isDenied())
                .isTrue();
        assertThat(tester.request(TestMessages.get("/", "x-tenant", huge + "u")).isDenied())
                .isFalse();
    }

    @Test
    void roundsTheIntervalUpSoThatTheRateIsNotExceeded() {
        var buckets = new TokenBuckets(3, 1, 10, environment.ticker());
        buckets.take("k");

        assertThat(buckets.take("k")).isEqualTo(333_333_334);
    }

    @Test
    void treatsStrangeAddressesAsKeysOfTheirOwn() {
        var tester = PolicyTester.of(FACTORY, "{ burst: 1, key: client_ip }", environment);

        for (String address : List.of("::1", "1.2.3.4", "fe80::1%eth0", "[2001:db8::2]", ":", "a".repeat(100), "\0")) {
            var request = TestMessages.request("GET", "/", HeaderMap.empty(), address);
            assertThat(tester.request(request).isDenied()).as(address).isFalse();
            assertThat(tester.request(request).isDenied()).as(address).isTrue();
        }
    }

    private static boolean passes(PolicyTester tester) {
        return !tester.request(TestMessages.get("/")).isDenied();
    }

    /** How many attempts succeed, over all threads together. */
    private static long passes(int attempts, BooleanSupplier attempt) throws Exception {
        Callable<Long> share = () -> IntStream.range(0, attempts / THREADS)
                .filter(i -> attempt.getAsBoolean())
                .count();
        List<Future<Long>> shares = new ArrayList<>();
        try (var threads = Executors.newFixedThreadPool(THREADS)) {
            for (int i = 0; i < THREADS; i++) {
                shares.add(threads.submit(share));
            }
        }
        long sum = 0;
        for (Future<Long> done : shares) {
            sum += done.get();
        }
        return sum;
    }
}
