package io.policyengine.e2e.workers;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.e2e.harness.Eventually;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Workers that are killed, stopped, restarted and replaced at random while requests flow: every request has run through its whole
 * chain, or was answered with a 503 while a worker was away. By option for longer and by another seed: {@code
 * -Dpolicyengine.chaos.seconds=60 -Dpolicyengine.chaos.seed=7}. How long recovery takes, and which 503 came at no time of
 * need, is printed, and judged by {@code -Dpolicyengine.chaos.judged=true}: on a busy machine calls are late without any blow. A 429 would
 * tell of permits that were lost.
 */
@Tag("nightly")
class ChaosIT {
    private static final Duration TIME = Duration.ofSeconds(Long.getLong("policyengine.chaos.seconds", 15));
    private static final long SEED = Long.getLong("policyengine.chaos.seed", 1);

    /** Whether time is judged too. */
    private static final boolean JUDGED = Boolean.getBoolean("policyengine.chaos.judged");

    private static final Duration CALL_LIMIT = Duration.ofMillis(500);
    private static final Duration INTERVAL = Duration.ofSeconds(3);
    private static final String SETTINGS =
            "timeout_ms: %d, health_check_interval_ms: %d, health_check_timeout_ms: 500, unhealthy_threshold: 1"
                    .formatted(CALL_LIMIT.toMillis(), INTERVAL.toMillis());

    @Test
    void neverLetsARequestPassUnprocessedAndRecovers() throws Exception {
        try (Fleet fleet = Fleet.start(2, SETTINGS);
                StampedLoad load = new StampedLoad(fleet.envoy().port())) {
            List<Chaos.Event> events = rage(fleet);
            Eventually.isTrue(
                    "a request that passes", () -> fleet.get(Fleet.PATH).status() == 200);
            ChaosReport report = new ChaosReport(events, load.stop(), CALL_LIMIT.plus(INTERVAL));

            String table = report.table(load.violations().size());
            System.out.printf("chaos for %d s, seed %d%n%s%n", TIME.toSeconds(), SEED, table);
            assertThat(load.violations()).isEmpty();
            assertThat(fleet.upstream().stamps()).as("what the upstream got").containsOnlyKeys(Fleet.STAMPS);
            assertThat(report.statuses().keySet())
                    .as(() -> fleet.kernel().process().output())
                    .isSubsetOf(200, 503);
            if (JUDGED) {
                assertThat(report.stray()).as("denials at no time of need").isEmpty();
                assertThat(report.longestRecovery()).isLessThanOrEqualTo(INTERVAL);
            }
            fleet.kernel().process().requireAlive();
        }
    }

    /** Two hands, each with one replica of each worker, so that at times both of a worker are away. */
    private static List<Chaos.Event> rage(Fleet fleet) throws Exception {
        List<Chaos.Event> events = new ArrayList<>();
        try (ExecutorService hands = Executors.newFixedThreadPool(2)) {
            List<Future<List<Chaos.Event>>> raging = new ArrayList<>();
            for (int hand = 0; hand < 2; hand++) {
                List<Replica> replicas = List.of(
                        fleet.replicasOf("java").get(hand),
                        fleet.replicasOf("python").get(hand));
                Chaos chaos = new Chaos(replicas, new Random(SEED + hand));
                raging.add(hands.submit(() -> chaos.rage(TIME)));
            }
            for (Future<List<Chaos.Event>> hand : raging) {
                events.addAll(hand.get());
            }
        }
        return events;
    }
}
