package io.policyengine.kernel.blackbox.chains;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.config.Overrides;
import io.policyengine.core.config.RouteConfig;
import io.policyengine.core.policy.EntryFacts;
import io.policyengine.core.who.Who;
import io.policyengine.testkit.envoy.SimResult;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Policies that do not do what they declare: the judgement of {@link WhoGetsInTest} finds each, and finds nothing if the
 * same policies declare what they do.
 */
@Tag("nightly")
class LyingPoliciesTest {
    private static final int CHAINS_OF_EACH = 120;
    private static final int REQUESTS = 4;

    private final List<Lie> lies = Lie.all();
    private final Map<String, DeclaringPolicies.Declared> policies = new HashMap<>(DeclaringPolicies.all());
    private final Set<String> found = new TreeSet<>();

    @Test
    void everyLieIsFound() {
        RandomChains random =
                new RandomChains(new Random(1), DeclaringPolicies.all().keySet());
        lies.forEach(
                lie -> policies.put(lie.policy(), new DeclaringPolicies.Declared(lie.behaviour(), lie.declared())));

        try (ChainRuns runs = new ChainRuns(policies)) {
            runs.run(
                    lies.size() * CHAINS_OF_EACH,
                    i -> random.routeWith(lie(i).policy(), "r" + i),
                    config -> judge(runs, random, config));
        }

        assertThat(found)
                .containsExactlyInAnyOrderElementsOf(
                        lies.stream().map(Lie::policy).toList());
    }

    private Lie lie(int route) {
        return lies.get(route % lies.size());
    }

    private void judge(ChainRuns runs, RandomChains random, RouteConfig config) {
        Lie lie = lie(Integer.parseInt(config.routeName().substring(1)));
        if (found.contains(lie.policy())) {
            return;
        }
        RouteJudge believed = answered(config, lie, lie.declared());
        RouteJudge honest = answered(config, lie, lie.honest());
        for (int i = 0; i < REQUESTS; i++) {
            ChainRuns.Sent sent = random.sent(believed.route());
            SimResult result = runs.exchange(config.routeName(), sent);
            honest.judge(sent, result);
            if (isImpossible(believed, sent, result)) {
                found.add(lie.policy());
            }
        }
    }

    private static boolean isImpossible(RouteJudge route, ChainRuns.Sent sent, SimResult result) {
        try {
            route.judge(sent, result);
            return false;
        } catch (AssertionError impossible) {
            return true;
        }
    }

    private RouteJudge answered(RouteConfig config, Lie lie, EntryFacts ofLie) {
        return RouteJudge.of(
                config,
                policy -> policy.equals(lie.policy()) ? ofLie : facts(policy),
                new Who(Overrides.at(Instant.EPOCH, List.of())));
    }

    private @Nullable EntryFacts facts(String policy) {
        DeclaringPolicies.Declared known = policies.get(policy);
        return known == null ? null : known.facts();
    }
}
