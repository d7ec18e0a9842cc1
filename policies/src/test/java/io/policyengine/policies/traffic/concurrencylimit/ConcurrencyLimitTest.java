package io.policyengine.policies.traffic.concurrencylimit;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.core.policy.ExchangeEnd;
import io.policyengine.core.policy.Metadata;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.testkit.policy.FakeEnvironment;
import io.policyengine.testkit.policy.PolicyTester;
import io.policyengine.testkit.policy.TestMessages;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

final class ConcurrencyLimitTest {
    private static final int THREADS = 8;

    private final FakeEnvironment environment = new FakeEnvironment();

    @Test
    void anEndedExchangeMakesRoomForTheNext() {
        Policy policy = policy(1, 503);

        assertThat(passes(policy, 1)).isTrue();
        assertThat(passes(policy, 2)).isFalse();
        policy.exchangeEnded(end(2));
        assertThat(passes(policy, 3)).isFalse();
        policy.exchangeEnded(end(1));

        assertThat(passes(policy, 4)).isTrue();
    }

    @Test
    void anExchangeThatComesTwiceHoldsOnePermit() {
        Policy policy = policy(2, 503);

        assertThat(passes(policy, 1)).isTrue();
        assertThat(passes(policy, 1)).isTrue();

        assertThat(passes(policy, 2)).isTrue();
        assertThat(passes(policy, 3)).isFalse();
    }

    @Test
    void permitsOutliveAReloadThatChangesTheLimitAlone() {
        Policy before = policy(1, 503);
        assertThat(passes(before, 1)).isTrue();

        Policy after = policy(2, 429);
        assertThat(passes(after, 2)).isTrue();
        assertThat(passes(after, 3)).isFalse();
        before.exchangeEnded(end(1));

        assertThat(passes(after, 4)).isTrue();
    }

    @Test
    void neverMoreThanTheLimitAreOutOnManyThreadsAndNoneIsLost() throws Exception {
        var permits = new Permits();
        var underWay = new AtomicInteger();
        var exchanges = new AtomicInteger();
        List<Callable<Integer>> work = new ArrayList<>();
        for (int thread = 0; thread < THREADS; thread++) {
            work.add(() -> {
                int max = 0;
                for (int i = 0; i < 50_000; i++) {
                    long exchange = exchanges.incrementAndGet();
                    if (permits.take(exchange, "k", 3)) {
                        max = Math.max(max, underWay.incrementAndGet());
                        underWay.decrementAndGet();
                        permits.giveBack(exchange);
                    }
                }
                return max;
            });
        }

        try (var executor = Executors.newFixedThreadPool(THREADS)) {
            for (Future<Integer> max : executor.invokeAll(work)) {
                assertThat(max.get()).isLessThanOrEqualTo(3);
            }
        }

        assertThat(permits.out()).isZero();
        assertThat(permits.keys()).isZero();
    }

    @Test
    void countsAsAListOfHoldersWouldInAnyOrder() {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(7);
        var permits = new Permits();
        List<Long> holders = new ArrayList<>();

        for (long exchange = 1; exchange <= 20_000; exchange++) {
            boolean full = holders.size() >= 5;
            assertThat(permits.take(exchange, "k", 5)).isEqualTo(!full);
            if (!full) {
                holders.add(exchange);
            }
            while (!holders.isEmpty() && random.nextInt(3) == 0) {
                permits.giveBack(holders.remove(random.nextInt(holders.size())));
            }
            permits.giveBack(exchange + 1);
        }
        holders.forEach(permits::giveBack);

        assertThat(permits.out()).isZero();
        assertThat(permits.keys()).isZero();
    }

    private Policy policy(int max, int status) {
        return PolicyTester.of(
                        new ConcurrencyLimitFactory(), "{ max: " + max + ", status: " + status + " }", environment)
                .policy();
    }

    private static ExchangeEnd end(long exchange) {
        return new ExchangeEnd(exchange, 200, false, null);
    }

    private boolean passes(Policy policy, long exchange) {
        var call = new Call("r", exchange, environment.ticker().nanoTime(), new Cancellation());
        var context = new RequestContext(TestMessages.get("/"), Metadata.empty(), call);
        return policy.onRequest(context).result() instanceof RequestOutcome.Proceed;
    }
}
