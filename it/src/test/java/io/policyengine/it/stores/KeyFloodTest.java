package io.policyengine.it.stores;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.policy.Policy;
import io.policyengine.testkit.redis.RedisServer;
import io.policyengine.testkit.time.Await;
import io.vertx.core.Promise;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that each come once, more than a store could remember: every count of theirs is forgotten when it counts no more. */
@Tag("nightly")
class KeyFloodTest {
    private static final int KEYS = Integer.getInteger("stores.keys", 50_000);
    private static final int AT_ONCE = 256;

    /** The most that the counts of a key, and the server's entry of it, take. */
    private static final long BYTES = 400;

    /** The requests of a flood, so many at a time, each with a key of its own. */
    private static final class Flood {
        private final Policy policy;
        private final Promise<Void> over = Promise.promise();
        private int sent;
        private int answered;

        Flood(Policy policy) {
            this.policy = policy;
        }

        void next() {
            int key = sent++;
            if (key >= KEYS) {
                return;
            }
            policy.onRequest(LimitRig.request("client-" + key, key)).onComplete((_, failure) -> {
                if (failure != null) {
                    over.tryFail(failure);
                } else if (++answered == KEYS) {
                    over.tryComplete();
                } else {
                    next();
                }
            });
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gcra", "sliding_window", "fixed_window"})
    void leavesNothingInTheStore(String algorithm) {
        try (RedisServer server = RedisServer.start();
                StoreRig rig = new StoreRig("{ url: '" + server.url() + "', timeout_ms: 5000 }")) {
            Policy policy = LimitRig.rateLimit(rig, """
                    algorithm: %s
                    limits: { requests: 5, per: second, key: "header:x-client" }
                    """.formatted(algorithm));
            long empty = Long.parseLong(server.info("used_memory"));
            Flood flood = new Flood(policy);

            rig.vertx.runOnContext(_ -> {
                for (int i = 0; i < AT_ONCE; i++) {
                    flood.next();
                }
            });
            long most = 0;
            do {
                most = Math.max(most, Long.parseLong(server.run("DBSIZE")));
            } while (!flood.over.future().isComplete());
            Await.result(flood.over.future());

            Await.until("all counts have expired", () -> server.run("DBSIZE").equals("0"));
            long peak = Long.parseLong(server.info("used_memory_peak"));
            System.out.printf(
                    "%n%s: %,d keys, of which %,d at once, took %,d bytes more than an empty store at most, and in the end %,d%n",
                    algorithm, KEYS, most, peak - empty, Long.parseLong(server.info("used_memory")) - empty);
            assertThat(server.info("expired_keys")).isEqualTo(Integer.toString(KEYS));
            assertThat(peak - empty).isLessThan(most * BYTES + (16 << 20));
        }
    }
}
