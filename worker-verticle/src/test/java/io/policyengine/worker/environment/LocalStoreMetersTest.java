package io.policyengine.worker.environment;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.policyengine.core.metrics.WorkerMetric;
import io.policyengine.core.store.local.StorePressure;
import io.policyengine.testkit.log.CapturedLog;
import io.policyengine.testkit.time.FakeTicker;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What operators learn when the memory of a local store is used up. */
class LocalStoreMetersTest {
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final FakeTicker ticker = new FakeTicker();
    private final StorePressure pressure = new LocalStoreMeters(registry, ticker)
            .of(new NamedStates.Key("/orders", "once", "idempotency", "store", ""));

    @Test
    void refusalsAreCountedAndLoggedAtMostOnceAMinute() {
        try (CapturedLog log = CapturedLog.of(LocalStoreMeters.class)) {
            for (int i = 0; i < 10; i++) {
                pressure.refused();
            }
            ticker.advance(Duration.ofMinutes(1));
            pressure.refused();
            pressure.dropped(3);

            assertThat(log.messages())
                    .hasSize(2)
                    .allSatisfy(line -> assertThat(line).contains("no room", "max_bytes", "ttl_s"));
            assertThat(log.lines().getLast())
                    .containsEntry("route_name", "/orders")
                    .containsEntry("policy", "idempotency")
                    .containsEntry("left_out", "9");
        }
        assertThat(WorkerMetric.LOCAL_STORE_REFUSED
                        .counter(registry, "idempotency")
                        .count())
                .isEqualTo(11);
        assertThat(WorkerMetric.LOCAL_STORE_DROPPED
                        .counter(registry, "idempotency")
                        .count())
                .isEqualTo(3);
    }
}
