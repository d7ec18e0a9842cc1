package io.policyengine.it.stores;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.params.Bound;
import io.policyengine.core.params.ParamsBinder;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.core.policy.Metadata;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.PolicyFactory;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.policies.ratelimit.RateLimitFactory;
import io.policyengine.testkit.policy.FakeEnvironment;
import io.policyengine.testkit.policy.TestMessages;
import io.policyengine.testkit.redis.RedisServer;
import io.policyengine.testkit.time.Await;
import io.vertx.core.Promise;
import java.lang.reflect.Proxy;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** Clients that each come once, more than a store could remember: every count of theirs is forgotten when it counts no more. */
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
            RequestContext request = new RequestContext(
                    TestMessages.get("/", "x-client", "client-" + key),
                    Metadata.empty(),
                    new Call("id-" + key, key, Long.MAX_VALUE / 2, new Cancellation()));
            policy.onRequest(request).onComplete((_, failure) -> {
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

    private static <P extends Record> Policy policy(
            PolicyFactory<P> factory, String params, PolicyEnvironment environment) {
        return switch (ParamsBinder.ofPolicy(factory.paramsType()).bind(new YAMLMapper().readTree(params))) {
            case Bound.Ok<P>(P bound) -> factory.create(bound, environment);
            case Bound.Invalid<P>(var problems) -> throw new IllegalArgumentException(problems.toString());
        };
    }

    private static PolicyEnvironment with(StoreRig rig) {
        FakeEnvironment rest = new FakeEnvironment();
        return (PolicyEnvironment) Proxy.newProxyInstance(
                PolicyEnvironment.class.getClassLoader(),
                new Class<?>[] {PolicyEnvironment.class},
                (_, method, arguments) -> method.getName().equals("store") && arguments[0].equals("shared")
                        ? rig.store("rateLimit")
                        : method.invoke(rest, arguments));
    }

    @ParameterizedTest
    @ValueSource(strings = {"gcra", "sliding_window", "fixed_window"})
    void leavesNothingInTheStore(String algorithm) {
        try (RedisServer server = RedisServer.start();
                StoreRig rig = new StoreRig("{ url: '" + server.url() + "', timeout_ms: 5000 }")) {
            Policy policy = policy(new RateLimitFactory(), """
                    store: shared
                    on_store_failure: deny
                    algorithm: %s
                    limits: { requests: 5, per: second, key: "header:x-client" }
                    """.formatted(algorithm), with(rig));
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
