package io.policyengine.e2e.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.e2e.harness.EngineProcess;
import io.policyengine.e2e.harness.EnvoyProcess;
import io.policyengine.e2e.harness.Eventually;
import io.policyengine.e2e.harness.Figures;
import io.policyengine.e2e.harness.Installation.EnvoyVersion;
import io.policyengine.e2e.harness.Load;
import io.policyengine.e2e.harness.TestConf;
import io.policyengine.e2e.harness.Upstream;
import io.policyengine.e2e.harness.Web;
import io.policyengine.testkit.redis.RedisGroup;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A limit in a store whose master is killed under load: the Sentinels choose its replica, which the engine finds by itself. Replication is
 * asynchronous, so the last counts may be missing there. Prints what it cost.
 */
@Tag("alone")
@Tag("nightly")
class FailoverIT {
    private static final int LIMIT = Figures.times(15_000, 6_000);
    private static final int CLIENTS = 16;

    private static TestConf conf(RedisGroup redis) {
        return TestConf.ofTests()
                .replacing("worker.yaml", "  observability:", """
                  stores:
                    redis: { mode: sentinel, url: ["%s", "%s"], master_name: %s, timeout_ms: 500, breaker: { open_ms: 200 } }
                  observability:""".formatted(
                                redis.urls().get(0), redis.urls().get(1), RedisGroup.MASTER)
                        .indent(2)
                        .stripTrailing())
                .with("routes/limited.yaml", """
                route_policies:
                  - route_name: /counted
                    request_flow:
                      policy_chain:
                        - policy: rateLimit
                          params:
                            { store: redis, algorithm: fixed_window, on_store_failure: deny,
                              limits: { requests: %d, per: hour, key: "'all'" } }
                """.formatted(LIMIT));
    }

    @Test
    void aLimitHoldsBeyondTheDeathOfTheMaster() {
        try (RedisGroup redis = RedisGroup.start();
                TestConf conf = conf(redis);
                Upstream upstream = Upstream.start();
                EngineProcess engine = EngineProcess.embedded(conf);
                EnvoyProcess envoy =
                        EnvoyProcess.start(EnvoyVersion.V1_36, conf.directory(), engine.port(), upstream.port());
                Load load = new Load(envoy.port())) {
            int before = Load.await(load.send("/counted", LIMIT / 3, CLIENTS))
                    .statuses()
                    .getOrDefault(200, 0);
            assertThat(before).as("while the master is there").isEqualTo(LIMIT / 3);
            Load.Running running = load.run("/counted", CLIENTS);

            redis.master().kill();
            Map<Integer, Integer> single = new TreeMap<>();
            Eventually.isTrue("the limit is used up at the new master", () -> {
                int status = Web.get(envoy.port(), "/counted").status();
                single.merge(status, 1, Integer::sum);
                return status == 429;
            });

            Map<Integer, Integer> statuses = running.stop().statuses();
            single.forEach((status, times) -> statuses.merge(status, times, Integer::sum));
            int passed = before + statuses.getOrDefault(200, 0);
            System.out.printf(
                    "%nfailover: %d requests passed of a limit of %d, %d were refused with 503 meanwhile%n",
                    passed, LIMIT, statuses.getOrDefault(503, 0));
            assertThat(statuses.keySet()).as("nothing else happens").isSubsetOf(200, 429, 503);
            assertThat(passed).isLessThanOrEqualTo(LIMIT + LIMIT / 10);
        }
    }
}
