package io.policyengine.worker.remote;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.testkit.time.FakeTicker;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class BreakerTest {
    private final FakeTicker ticker = new FakeTicker();
    private final Breaker breaker = new Breaker(3, Duration.ofSeconds(5), ticker);

    @Test
    void afterASuccessItOpensForTheWholeTime() {
        breaker.succeeded();
        fail(3);

        assertThat(openFor()).isEqualTo(Duration.ofSeconds(5));
        breaker.failed();
        assertThat(openFor()).isEqualTo(Duration.ofSeconds(5));
        breaker.succeeded();
        assertThat(breaker.admit()).isTrue();
    }

    /** A server that is just starting is asked again soon, and one that never starts less and less often. */
    @Test
    void withoutAnySuccessItOpensForAShortTimeThatDoubles() {
        fail(3);

        for (int millis : List.of(100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000)) {
            assertThat(openFor()).isEqualTo(Duration.ofMillis(millis));
            breaker.failed();
        }
    }

    @Test
    void aShortTimeOfItsOwnIsNotExceeded() {
        Breaker quick = new Breaker(1, Duration.ofMillis(30), ticker);
        quick.failed();

        ticker.advance(Duration.ofMillis(30));

        assertThat(quick.admit()).isTrue();
    }

    @Test
    void aProbeWithoutFindingLeavesTheTurnToTheNext() {
        fail(3);
        openFor();

        assertThat(breaker.admit()).isFalse();
        breaker.abandoned();

        assertThat(breaker.admit()).isTrue();
    }

    private void fail(int times) {
        for (int i = 0; i < times; i++) {
            assertThat(breaker.admit()).isTrue();
            breaker.failed();
        }
    }

    /** The time until the breaker admits a probe, which it has then admitted. */
    private Duration openFor() {
        Duration waited = Duration.ZERO;
        while (!breaker.admit()) {
            ticker.advance(Duration.ofMillis(10));
            waited = waited.plusMillis(10);
        }
        return waited;
    }
}
