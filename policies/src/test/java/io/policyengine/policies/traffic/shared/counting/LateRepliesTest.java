package io.policyengine.policies.traffic.shared.counting;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.core.policy.Store;
import io.policyengine.core.store.StoreOperation;
import io.policyengine.core.store.local.LocalStore;
import io.policyengine.policies.shared.clientkey.ClientKey;
import io.policyengine.policies.traffic.shared.limit.Limit;
import io.policyengine.testkit.policy.FakeEnvironment;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that an instance lets pass by itself, while the replies of its store overtake each other on several connections. */
class LateRepliesTest {
    private static final int LIMIT = 100;
    private static final int STEPS = 400;
    private static final int RUNS = 80;
    private static final Duration INTERVAL = Duration.ofMillis(100);

    private static final Limits LIMITS = new Limits(
            List.of(new Limit.Named("l", new ClientKey.ByAddress(), null, false).fixedWindow(3_600_000_000L, LIMIT)));

    /** A store over several connections: questions come to it in their order, and which reply comes next is up to the test. */
    private static final class Connections implements Store {
        final FakeEnvironment environment = new FakeEnvironment();
        private final LocalStore values = new LocalStore(1 << 20, environment.clock(), environment.ticker());
        private final ArrayDeque<Runnable> questions = new ArrayDeque<>();
        private final List<Runnable> replies = new ArrayList<>();

        @Override
        public String name() {
            return "redis";
        }

        @Override
        public boolean isShared() {
            return true;
        }

        @Override
        public <T> Future<T> run(Call call, StoreOperation<T> operation) {
            return run(operation);
        }

        @Override
        public <T> Future<T> run(StoreOperation<T> operation) {
            Promise<T> promise = Promise.promise();
            questions.add(() -> {
                Future<T> reply = values.run(operation);
                replies.add(() -> reply.onComplete(promise));
            });
            return promise.future();
        }

        boolean isIdle() {
            return questions.isEmpty() && replies.isEmpty();
        }

        void step(Random random) {
            environment.advance(Duration.ofNanos(1_000));
            if (replies.isEmpty() || (!questions.isEmpty() && random.nextBoolean())) {
                questions.remove().run();
            } else {
                replies.remove(random.nextInt(replies.size())).run();
            }
        }
    }

    private static final class Client {
        private final Random random;
        private final Connections store = new Connections();
        private final Allowances allowances = new Allowances(LIMITS, store, store.environment, INTERVAL, 1);
        private int passed;
        private int denied;

        Client(long seed) {
            random = new Random(seed);
        }

        private void ask() {
            Call call = new Call("r", 1, Long.MAX_VALUE, new Cancellation());
            allowances
                    .count(call, new LimitedRequest(new String[] {"k"}, new long[] {1}))
                    .onSuccess(tally -> {
                        if (LIMITS.firstThatDenies(tally) < 0) {
                            passed++;
                        } else {
                            denied++;
                        }
                    });
        }

        private void attack() {
            for (int i = 0; i < STEPS; i++) {
                int what = random.nextInt(10);
                if (what == 0) {
                    store.environment.advance(INTERVAL);
                } else if (what < 5 && !store.isIdle()) {
                    store.step(random);
                } else {
                    ask();
                }
            }
            rest();
        }

        private void rest() {
            while (!store.isIdle()) {
                store.step(random);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 1_001, 2_001, 4_001})
    void oneInstanceIsExactWhateverOvertakesWhat(int from) {
        for (int seed = from; seed < from + RUNS; seed++) {
            Client client = new Client(seed);
            client.attack();
            assertThat(client.passed)
                    .as("passed, seed %s", seed)
                    .isEqualTo(Math.min(LIMIT, client.passed + client.denied));
        }
    }
}
