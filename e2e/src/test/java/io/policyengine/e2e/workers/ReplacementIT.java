package io.policyengine.e2e.workers;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.e2e.harness.Eventually;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A rolling upgrade: SPEC §10 "Deployment". */
@Tag("nightly")
class ReplacementIT {
    private static final int MORE = 50;

    /** The other one must not go before the kernel calls this one. */
    private static void awaitService(Fleet fleet, Replica replica) {
        Eventually.isTrue(replica + " is in service", replica::isInService);
        int passed = fleet.upstream().received();
        Eventually.isTrue("more requests", () -> fleet.upstream().received() > passed + MORE);
    }

    @Test
    void replacingWorkersOneByOneUnderLoadLosesNothing() {
        try (Fleet fleet = Fleet.start(
                        2, "timeout_ms: 5000, health_check_interval_ms: 500, health_check_timeout_ms: 3000");
                StampedLoad load = new StampedLoad(fleet.envoy().port())) {
            for (Replica replica : fleet.replicas()) {
                replica.process().terminate();
                assertThat(replica.process().exitCode())
                        .as(() -> replica.process().output())
                        .isZero();
                replica.start();
                awaitService(fleet, replica);
            }

            List<StampedLoad.Outcome> outcomes = load.stop();

            assertThat(outcomes)
                    .as(() -> fleet.kernel().process().output())
                    .allMatch(outcome -> outcome.status() == 200);
            assertThat(load.violations()).isEmpty();
            assertThat(fleet.upstream().stamps()).containsOnlyKeys(Fleet.STAMPS);
        }
    }
}
