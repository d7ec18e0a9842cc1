package io.policyengine.policies.traffic.shared.counting;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.policies.shared.clientkey.ClientKey;
import io.policyengine.policies.traffic.shared.limit.Limit;
import io.policyengine.policies.traffic.shared.limit.UsageMeter;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.LongUnaryOperator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Ways of counting, over random sequences of requests: what passes in any span, and that waiting helps as was told. */
class MetersTest {
    private static final long SECOND = 1_000_000;
    private static final long PERIOD = 60 * SECOND;
    private static final int LIMIT = 20;

    private static final Limit.Named NAMED = new Limit.Named("l", new ClientKey.ByAddress(), null, false);

    private final Random random = new Random(16);
    private long now = 1_700_000_000_000_000L;

    /** Requests that passed, with their times. */
    private record Passed(long at, long cost) {}

    private static final class Client {
        final Limits limits;
        long[] counts = new long[UsageMeter.NUMBERS];
        final List<Passed> passed = new ArrayList<>();

        Client(Limit limit) {
            limits = new Limits(List.of(limit));
        }

        /** True if it passes. */
        boolean asks(long cost, long at) {
            Tally tally = CountingStep.take(
                    limits,
                    counts,
                    at,
                    new LimitedRequest(new String[] {"k"}, new long[] {cost}),
                    CountingStep.NOTHING);
            if (tally.isOver(0)) {
                return false;
            }
            passed.add(new Passed(at, cost));
            return true;
        }

        long waits(long cost, long at) {
            Tally tally = CountingStep.take(
                    limits,
                    counts.clone(),
                    at,
                    new LimitedRequest(new String[] {"k"}, new long[] {cost}),
                    CountingStep.NOTHING);
            return !tally.isOver(0)
                    ? 0
                    : limits.waitMicros(0, tally, new LimitedRequest(new String[] {"k"}, new long[] {cost}));
        }
    }

    /** No span of any length lets more pass than this says for its length. */
    private static void requireAtMost(List<Passed> passed, LongUnaryOperator most) {
        for (int from = 0; from < passed.size(); from++) {
            long sum = 0;
            for (int to = from; to < passed.size(); to++) {
                sum += passed.get(to).cost;
                long span = passed.get(to).at - passed.get(from).at;
                assertThat(sum).as("in %d µs", span).isLessThanOrEqualTo(most.applyAsLong(span));
            }
        }
    }

    private void flood(Client client, int requests, long longestPause) {
        for (int i = 0; i < requests; i++) {
            now += random.nextInt(4) == 0 ? 0 : random.nextLong(longestPause);
            client.asks(1 + random.nextInt(3), now);
        }
    }

    @Test
    void aBucketLetsABurstPassAndWhatRunsOutInTheSpan() {
        Client client = new Client(NAMED.bucket((double) PERIOD / LIMIT, 7));
        flood(client, 2_000, 3 * SECOND);
        requireAtMost(client.passed, span -> 7 + span * LIMIT / PERIOD);
        long sum = client.passed.stream().mapToLong(Passed::cost).sum();
        assertThat(sum)
                .as("it does let them pass")
                .isGreaterThan((now - client.passed.getFirst().at) * 9 / 10 * LIMIT / PERIOD);
    }

    @Test
    void aFixedWindowLetsItsRequestsPassAndTwiceAsManyInAnySpanOfItsLength() {
        Client client = new Client(NAMED.fixedWindow(PERIOD, LIMIT));
        flood(client, 2_000, 3 * SECOND);
        requireAtMost(client.passed, span -> LIMIT * (span / PERIOD + 2));
    }

    @Test
    void noSpanOfASlidingWindowPassesMoreThanItsRequests() {
        for (int round = 0; round < 20; round++) {
            Client client = new Client(NAMED.slidingWindow(PERIOD, LIMIT));
            flood(client, 500, 1 + random.nextLong(10 * SECOND));
            requireAtMost(client.passed, span -> span < PERIOD ? LIMIT : Long.MAX_VALUE);
        }
    }

    @Test
    void aSlidingWindowPassesAllThatComesNoFasterThanAllowed() {
        Client client = new Client(NAMED.slidingWindow(PERIOD, LIMIT));
        for (int i = 0; i < 20 * LIMIT; i++) {
            assertThat(client.asks(1, now)).as("request %d", i).isTrue();
            now += PERIOD * 21 / 20 / LIMIT;
        }
    }

    @Test
    void aSlidingWindowIsUsedUpByAllButATwentieth() {
        Client client = new Client(NAMED.slidingWindow(PERIOD, LIMIT));
        long start = now;
        while (now < start + 100 * PERIOD) {
            client.asks(1, now);
            now += SECOND / 10;
        }
        assertThat(client.passed).hasSizeBetween(100 * LIMIT * 20 / 21, 100 * LIMIT);
    }

    @Test
    void aRequestCountsForTheWholeWindow() {
        Client client = new Client(NAMED.slidingWindow(PERIOD, LIMIT));
        client.asks(1, now);
        long late = now + PERIOD - 1;
        long soon = LongStream.range(1, LIMIT).filter(i -> client.asks(1, late)).count();
        long end = now + 2 * PERIOD - 2;
        long after = LongStream.range(0, LIMIT).filter(i -> client.asks(1, end)).count();

        assertThat(soon).isEqualTo(LIMIT - 1);
        assertThat(after).as("within a period of those before").isOne();
    }

    static List<Limit> limits() {
        return List.of(
                NAMED.bucket((double) PERIOD / LIMIT, LIMIT),
                NAMED.bucket(1.0 / 3, 50),
                NAMED.fixedWindow(PERIOD, LIMIT),
                NAMED.slidingWindow(PERIOD, LIMIT));
    }

    @ParameterizedTest
    @MethodSource("limits")
    void whoWaitsAsToldPassesAndWhoWaitsLessDoesNot(Limit limit) {
        Client client = new Client(limit);
        for (int i = 0; i < 2_000; i++) {
            long cost = 1L + random.nextInt((int) limit.meter().requests());
            now += random.nextLong(1 + limit.meter().windowSeconds() * SECOND / LIMIT);
            long wait = client.waits(cost, now);
            if (wait > 1) {
                assertThat(client.waits(cost, now + wait - 2))
                        .as("2 µs too early")
                        .isPositive();
            }
            assertThat(client.waits(cost, now + wait)).as("after %d", wait).isZero();
            client.asks(cost, now);
        }
    }

    @ParameterizedTest
    @MethodSource("limits")
    void aClockThatIsSetBackGivesNothingAndLocksNobodyOut(Limit limit) {
        Client client = new Client(limit);
        long all = limit.meter().requests();
        assertThat(client.asks(all, now)).isTrue();
        long before = now - 3600 * SECOND;
        assertThat(client.asks(1, before)).isFalse();
        assertThat(client.asks(1, before)).isFalse();
        long wait = client.waits(all, before);
        assertThat(wait).isLessThanOrEqualTo(2 * limit.meter().windowSeconds() * SECOND);
        assertThat(client.asks(all, before + wait)).isTrue();
    }

    @ParameterizedTest
    @MethodSource("limits")
    void whatIsOwedIsPaidBackByOneMoreLimitAtMost(Limit limit) {
        Client client = new Client(limit);
        long all = limit.meter().capacity();
        for (int i = 0; i < 10; i++) {
            CountingStep.take(
                    client.limits, client.counts, now, new LimitedRequest(new String[] {"k"}, new long[1]), new long[] {
                        all
                    });
        }
        assertThat(client.counts[UsageMeter.COUNT]).isEqualTo(2 * all);
        assertThat(client.asks(1, now + 3 * limit.meter().windowSeconds() * SECOND))
                .isTrue();
    }
}
