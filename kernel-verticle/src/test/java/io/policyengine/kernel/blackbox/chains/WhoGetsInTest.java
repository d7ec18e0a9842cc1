package io.policyengine.kernel.blackbox.chains;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.config.Overrides;
import io.policyengine.core.config.RouteConfig;
import io.policyengine.core.policy.EntryFacts;
import io.policyengine.core.who.Who;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Random chains of policies that do what they declare, with random requests and faults: no request gets in that the
 * abstract run called impossible, or under other circumstances than it names. A failure names chain and request.
 */
class WhoGetsInTest {
    private static final int CHAINS = Integer.getInteger("who.chains", 100);
    private static final long SEED = Long.getLong("who.seed", 1);
    private static final int REQUESTS = 4;

    private final Map<String, DeclaringPolicies.Declared> policies = DeclaringPolicies.all();
    private int openings;
    private int taken;

    @Test
    void noRequestGetsInThatTheAbstractRunCallsImpossible() {
        RandomChains random = new RandomChains(new Random(SEED), policies.keySet());

        try (ChainRuns runs = new ChainRuns(policies)) {
            runs.run(CHAINS, i -> random.route("r" + i), config -> judge(runs, random, config));
        }

        // It is not right only because it calls everything possible: requests were found for many openings.
        assertThat(taken)
                .as("openings that a request has taken, of %s", openings)
                .isGreaterThan(openings / 8);
    }

    private void judge(ChainRuns runs, RandomChains random, RouteConfig config) {
        RouteJudge route = RouteJudge.of(config, this::facts, new Who(Overrides.at(Instant.EPOCH, List.of())));
        for (int i = 0; i < REQUESTS; i++) {
            ChainRuns.Sent sent = random.sent(route.route());
            route.judge(sent, runs.exchange(config.routeName(), sent));
        }
        openings += route.openings();
        taken += route.taken();
    }

    private @Nullable EntryFacts facts(String policy) {
        DeclaringPolicies.Declared known = policies.get(policy);
        return known == null ? null : known.facts();
    }
}
