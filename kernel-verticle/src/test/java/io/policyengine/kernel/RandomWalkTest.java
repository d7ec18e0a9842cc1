package io.policyengine.kernel;

import io.policyengine.testkit.conformance.Behaviour;
import io.policyengine.testkit.envoy.EnvoySim;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Random conversations, legal and not: each ends or is answered, and nothing is left of it. More of them:
 * {@code -Dwalk.seeds=100000 -Dwalk.from=0}.
 */
class RandomWalkTest {
    private static final int SEEDS = Integer.getInteger("walk.seeds", 2_000);
    private static final long FROM = Long.getLong("walk.from", 1);

    private static final KernelHarness KERNEL = KernelHarness.create();

    @BeforeAll
    static void start() {
        KERNEL.start(ConformancePolicies.SETTINGS, ConformancePolicies.install(KERNEL.worker("w")));
    }

    @AfterAll
    static void stop() {
        KERNEL.close();
    }

    private static List<String> routes() {
        List<String> routes = new ArrayList<>(List.of(
                "conformance-whole-echo",
                "conformance-pieces-echo",
                "conformance-late",
                "conformance-whole-late",
                "conformance-pieces-late",
                "unknown"));
        Arrays.stream(Behaviour.values())
                .filter(one -> one != Behaviour.HANG)
                .map(Behaviour::route)
                .forEach(routes::add);
        return routes;
    }

    @Test
    void everyConversationEndsOrIsAnsweredAndLeavesNothing() {
        EnvoySim sim = KERNEL.envoy(KernelHarness.filter("r"));
        List<String> routes = routes();

        for (long seed = FROM; seed < FROM + SEEDS; seed++) {
            RandomWalk.walk(seed, sim, routes);
        }

        Awaitility.await().until(() -> KERNEL.activeExchanges() == 0);
        Awaitility.await().until(() -> KERNEL.openStreams() == 0);
    }
}
