package io.policyengine.policies.traffic.concurrencylimit;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.policy.ExchangeEnd;
import io.policyengine.testkit.time.FakeTicker;
import java.time.Duration;
import java.util.PriorityQueue;
import org.junit.jupiter.api.Test;

/** A limit in front of an upstream that does so many requests at once, and lets the others wait; all on one clock. */
final class AdaptiveLimitTest {
    private static final Duration SERVICE = Duration.ofMillis(20);

    private final FakeTicker ticker = new FakeTicker();
    private long exchanges;

    /** An upstream with places, and clients that always have another request. */
    private final class Load {
        private final AdaptiveLimit limit;
        private final PriorityQueue<long[]> ends = new PriorityQueue<>((a, b) -> Long.compare(a[0], b[0]));

        Load(AdaptiveLimit limit) {
            this.limit = limit;
        }

        /** So many requests come to their end, of at most {@code offered} at once, while the upstream has so many places. */
        Load runs(int requests, int places, int offered) {
            for (int i = 0; i < requests; i++) {
                while (ends.size() < Math.min(offered, limit.current())) {
                    long exchange = ++exchanges;
                    int underWay = ends.size() + 1;
                    double queued = Math.max(1, (double) underWay / places);
                    limit.begin(exchange, underWay);
                    ends.add(new long[] {ticker.nanoTime() + (long) (SERVICE.toNanos() * queued), exchange});
                }
                long[] next = ends.remove();
                ticker.advance(Duration.ofNanos(Math.max(0, next[0] - ticker.nanoTime())));
                limit.end(new ExchangeEnd(next[1], 200, false, null));
            }
            return this;
        }
    }

    @Test
    void comesDownWhereRequestsQueueAndGoesUpWhereTheyDoNot() {
        AdaptiveLimit limit = limit(1, 1000, 20);
        Load load = new Load(limit).runs(2_000, 200, 1_000);
        assertThat(limit.current()).isGreaterThan(20);

        load.runs(600_000, 200, 1_000);
        assertThat(limit.current()).as("the upstream has 200 places").isBetween(200, 400);
        load.runs(100_000, 50, 1_000);
        assertThat(limit.current()).as("the upstream has 50 places").isBetween(50, 110);
        load.runs(600_000, 200, 1_000);

        assertThat(limit.current()).as("the upstream has 200 places again").isBetween(200, 400);
    }

    @Test
    void staysWithinItsBounds() {
        AdaptiveLimit limit = limit(10, 30, 20);
        Load load = new Load(limit).runs(20_000, 1_000, 1_000);
        assertThat(limit.current()).isEqualTo(30);

        load.runs(3_000, 1, 1_000);

        assertThat(limit.current()).isEqualTo(10);
    }

    @Test
    void doesNotGrowWhereNobodyNeedsIt() {
        AdaptiveLimit limit = limit(1, 1000, 100);

        new Load(limit).runs(50_000, 1_000, 40);

        assertThat(limit.current()).isEqualTo(100);
    }

    @Test
    void errorsAndClientsThatHangUpSayNothingOfLatency() {
        AdaptiveLimit limit = limit(1, 1000, 20);
        for (int i = 0; i < 10_000; i++) {
            limit.begin(i, 20);
            ticker.advance(Duration.ofMillis(1 + i % 500));
            limit.end(new ExchangeEnd(
                    i, i % 3 == 0 ? 503 : i % 3 == 1 ? 0 : 200, i % 3 == 1, i % 3 == 2 ? "another" : null));
        }

        assertThat(limit.current()).isEqualTo(20);
        assertThat(limit.underWay()).isZero();
    }

    @Test
    void shrinksOnceAWindowWhereTheUpstreamTimesOut() {
        AdaptiveLimit limit = limit(5, 1000, 100);
        for (int i = 0; i < 10; i++) {
            limit.begin(i, 100);
        }
        ticker.advance(Duration.ofSeconds(5));
        for (int i = 0; i < 10; i++) {
            limit.end(new ExchangeEnd(i, 504, false, null));
        }

        assertThat(limit.current()).isEqualTo(90);
    }

    @Test
    void whoDidNotPassIsNotMissed() {
        AdaptiveLimit limit = limit(1, 10, 5);

        limit.end(new ExchangeEnd(7, 503, false, "concurrencyLimit"));

        assertThat(limit.underWay()).isZero();
        assertThat(limit.current()).isEqualTo(5);
    }

    private AdaptiveLimit limit(int min, int max, int initial) {
        return new AdaptiveLimit(new AdaptiveBounds(min, max, initial, 1.5, Duration.ofMillis(500)), ticker);
    }
}
