package io.policyengine.admin.stats;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.metrics.EngineRegistry;
import io.policyengine.core.metrics.KernelMetric;
import io.policyengine.testkit.time.FakeTicker;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The counts of the last minutes. */
class RecentOutcomesTest {
    private final EngineRegistry registry = new EngineRegistry();
    private final FakeTicker ticker = new FakeTicker();
    private final RecentOutcomes recent = new RecentOutcomes(registry, ticker);

    @Test
    void areThoseOfTheLastReadingsAndNoMore() {
        for (int i = 0; i < RecentOutcomes.MAX_READINGS + 5; i++) {
            KernelMetric.EXCHANGES.counter(registry, "denied").increment();
            recent.read();
            ticker.advance(RecentOutcomes.PERIOD);
        }

        List<RecentOutcomes.Reading> all = recent.all();

        assertThat(all).hasSize(RecentOutcomes.MAX_READINGS);
        assertThat(all.getFirst().exchanges()).containsEntry("denied", 6L).containsEntry("passed", 0L);
        assertThat(all.getLast().exchanges()).containsEntry("denied", 65L);
        assertThat(all.getLast().nanos() - all.getFirst().nanos())
                .isEqualTo(RecentOutcomes.PERIOD.multipliedBy(59).toNanos());
    }
}
