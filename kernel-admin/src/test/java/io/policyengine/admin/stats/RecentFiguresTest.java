package io.policyengine.admin.stats;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.policyengine.admin.view.StatsView.Quantiles;
import io.policyengine.core.metrics.EngineMetric;
import io.policyengine.core.metrics.EngineRegistry;
import io.policyengine.core.metrics.KernelMetric;
import io.policyengine.kernel.metrics.KernelMeters;
import io.policyengine.testkit.time.FakeTicker;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The figures of the last minutes. */
class RecentFiguresTest {
    private final EngineRegistry registry = new EngineRegistry();
    private final FakeTicker ticker = new FakeTicker();
    private final RecentFigures recent = new RecentFigures(registry, ticker);

    private void read() {
        recent.keep(recent.takeBlocking());
    }

    @Test
    void areThoseOfTheLastReadingsAndNoMore() {
        for (int i = 0; i < RecentFigures.MAX_READINGS + 5; i++) {
            KernelMetric.EXCHANGES.counter(registry, "denied").increment();
            read();
            ticker.advance(RecentFigures.PERIOD);
        }

        List<RecentFigures.Reading> all = recent.all();

        assertThat(all).hasSize(RecentFigures.MAX_READINGS);
        assertThat(all.getFirst().exchanges()).containsEntry("denied", 6L).containsEntry("passed", 0L);
        assertThat(all.getLast().exchanges()).containsEntry("denied", 65L);
        assertThat(all.getLast().nanos() - all.getFirst().nanos())
                .isEqualTo(RecentFigures.PERIOD.multipliedBy(59).toNanos());
    }

    @Test
    void haveTheQuantilesOfTheTimeBetweenTwoReadings() {
        recent.start();
        called("one", Duration.ofMillis(2));
        called("other", Duration.ofMillis(2));
        called(KernelMeters.NO_WORKER, Duration.ofSeconds(9));
        EngineMetric.LOOP_LAG.timer(registry).record(Duration.ofMillis(1));
        read();
        called("one", Duration.ofMillis(64));
        read();
        read();

        List<RecentFigures.Reading> all = recent.all();

        assertThat(all).hasSize(4);
        assertThat(all.getFirst().calls()).isNull();
        assertThat(all.getFirst().loopLag()).isNull();
        isNear(all.get(1).calls(), 2);
        isNear(all.get(1).loopLag(), 1);
        isNear(all.get(2).calls(), 64);
        assertThat(all.get(2).loopLag()).isNull();
        assertThat(all.get(3).calls()).isNull();
    }

    @Test
    void haveNoDurationsOfCallsWhileTheseHaveTooManySeries() {
        recent.start();
        for (int i = 0; i < RecentFigures.MAX_SERIES; i++) {
            called("r" + i, "w", Duration.ofMillis(2));
        }
        read();
        called("one-more", "w", Duration.ofMillis(2));
        read();
        registry.remove(KernelMetric.REQUEST_DURATION.timer(registry, "one-more", "w"));
        read();
        called("r1", "w", Duration.ofMillis(8));
        read();

        List<RecentFigures.Reading> all = recent.all();

        isNear(all.get(1).calls(), 2);
        assertThat(all.get(2).calls()).isNull();
        assertThat(all.get(3).calls()).isNull();
        isNear(all.get(4).calls(), 8);
    }

    private void called(String worker, Duration duration) {
        called("r", worker, duration);
    }

    private void called(String route, String worker, Duration duration) {
        KernelMetric.REQUEST_DURATION.timer(registry, route, worker).record(duration);
    }

    private static void isNear(@Nullable Quantiles found, double millis) {
        Quantiles quantiles = requireNonNull(found);
        assertThat(quantiles.p50Ms()).isCloseTo(millis, within(millis * 0.09));
        assertThat(quantiles.p99Ms()).isCloseTo(millis, within(millis * 0.09));
    }
}
