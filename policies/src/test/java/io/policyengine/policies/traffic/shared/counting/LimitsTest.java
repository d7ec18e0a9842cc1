package io.policyengine.policies.traffic.shared.counting;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.store.local.LocalStore;
import io.policyengine.policies.traffic.ratelimit.RateLimitFactory;
import io.policyengine.testkit.policy.FakeEnvironment;
import io.policyengine.testkit.policy.PolicyTester;
import io.policyengine.testkit.policy.TestMessages;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Limits of an entry together: exact on many threads, over reloads, in bounded memory. */
class LimitsTest {
    private static final int CLIENTS = Integer.getInteger("counting.clients", 200_000);

    private static final RateLimitFactory FACTORY = new RateLimitFactory();
    private static final int THREADS = 8;

    private final FakeEnvironment environment = new FakeEnvironment();

    private static boolean passes(PolicyTester tester, String tenant) {
        return !tester.request(TestMessages.get("/", "x-tenant", tenant)).isDenied();
    }

    @Test
    void limitsOfDifferentKeysAreExactOnManyThreads() throws Exception {
        PolicyTester tester = PolicyTester.of(FACTORY, """
                algorithm: fixed_window
                limits:
                  - { name: tenant, requests: 100, per: hour, key: "header:x-tenant" }
                  - { name: all, requests: 350, per: hour, key: "'all'" }
                """, environment);

        long[] passed = new long[4];
        Callable<long[]> share = () -> {
            long[] mine = new long[4];
            for (int i = 0; i < 800; i++) {
                mine[i % 4] += passes(tester, "t" + i % 4) ? 1 : 0;
            }
            return mine;
        };
        List<Future<long[]>> shares = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            IntStream.range(0, THREADS).forEach(i -> shares.add(threads.submit(share)));
        }
        for (Future<long[]> done : shares) {
            for (int i = 0; i < 4; i++) {
                passed[i] += done.get()[i];
            }
        }

        assertThat(LongStream.of(passed).max().orElseThrow()).isLessThanOrEqualTo(100);
        assertThat(passed[0] + passed[1] + passed[2] + passed[3]).isEqualTo(350);
    }

    @Test
    void countsOutliveAReloadThatLeavesTheLimitAlone() {
        PolicyTester.of(FACTORY, "limits: { name: a, requests: 1, per: hour }", environment)
                .request(TestMessages.get("/"));

        PolicyTester more = PolicyTester.of(
                FACTORY,
                "limits: [{ name: b, requests: 5, per: hour }, { name: a, requests: 1, per: hour }]",
                environment);
        assertThat(passes(more, "x")).isFalse();
        PolicyTester other = PolicyTester.of(FACTORY, "limits: { name: a, requests: 2, per: hour }", environment);
        assertThat(passes(other, "x")).isTrue();
    }

    @Test
    void entriesShareWhatTheyNameGloballyAndNothingElse() {
        String limit = "limits: { requests: 1, per: hour }";
        PolicyTester own = PolicyTester.of(FACTORY, limit, environment);
        PolicyTester login = PolicyTester.of(FACTORY, limit + "\nscope: global login", environment);
        PolicyTester alsoLogin = PolicyTester.of(FACTORY, limit + "\nscope: global login\nheaders: none", environment);
        PolicyTester search = PolicyTester.of(FACTORY, limit + "\nscope: global search", environment);
        PolicyTester global = PolicyTester.of(FACTORY, limit + "\nscope: global", environment);
        PolicyTester alsoGlobal = PolicyTester.of(FACTORY, limit + "\nscope: global\nheaders: none", environment);

        assertThat(passes(login, "x")).isTrue();
        assertThat(passes(alsoLogin, "x")).isFalse();
        assertThat(passes(own, "x")).isTrue();
        assertThat(passes(search, "x")).isTrue();
        assertThat(passes(global, "x")).isTrue();
        assertThat(passes(alsoGlobal, "x")).isFalse();
    }

    @Test
    void memoryIsBoundedHoweverManyClientsCome() {
        PolicyTester tester = PolicyTester.of(FACTORY, """
                max_keys: 1000
                headers: none
                limits: [{ requests: 1, per: day, key: "header:x-tenant" }, { requests: 5, per: hour, key: "header:x-other" }]
                """, environment);

        for (int i = 0; i < CLIENTS; i++) {
            tester.request(TestMessages.get("/", "x-tenant", "t" + i, "x-other", "o" + i));
        }

        LocalStore store = (LocalStore) environment.store("local", "", 0);
        assertThat(store.size()).isBetween(500L, 4_000L);
        assertThat(store.bytes()).isLessThan(1_000_000);
    }

    @Test
    void aCountIsForgottenAsSoonAsItSaysNothing() {
        PolicyTester tester =
                PolicyTester.of(FACTORY, "{ algorithm: gcra, limits: { requests: 60, per: minute } }", environment);
        passes(tester, "x");
        LocalStore store = (LocalStore) environment.store("local", "", 0);

        assertThat(store.size()).isOne();
        environment.advance(Duration.ofSeconds(4));
        assertThat(store.size()).isZero();
    }
}
