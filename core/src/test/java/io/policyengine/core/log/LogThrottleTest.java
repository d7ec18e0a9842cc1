package io.policyengine.core.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LogThrottleTest {
    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 1_000_000);

    private LogThrottle throttle(int lines) {
        return new LogThrottle(now::get, lines, Duration.ofSeconds(10));
    }

    private void pass(Duration time) {
        now.addAndGet(time.toNanos());
    }

    @Test
    void letsTheFirstLinesOfAnIntervalThroughAndCountsTheRest() {
        LogThrottle throttle = throttle(2);

        assertThat(throttle.admit()).isEqualTo(OptionalLong.of(0));
        pass(Duration.ofSeconds(9));
        assertThat(throttle.admit()).isEqualTo(OptionalLong.of(0));
        assertThat(throttle.admit()).isEmpty();
        assertThat(throttle.admit()).isEmpty();
        pass(Duration.ofSeconds(1));

        assertThat(throttle.admit()).isEqualTo(OptionalLong.of(2));
        assertThat(throttle.admit()).isEqualTo(OptionalLong.of(0));
        assertThat(throttle.admit()).isEmpty();
    }

    @Test
    void anIntervalBeginsWithItsFirstLine() {
        LogThrottle throttle = throttle(1);
        pass(Duration.ofSeconds(15));

        assertThat(throttle.admit()).isPresent();
        pass(Duration.ofSeconds(9));

        assertThat(throttle.admit()).isEmpty();
    }

    @Test
    void isIdleWhenItsIntervalIsOverAndNothingIsUntold() {
        LogThrottle throttle = throttle(1);
        throttle.admit();
        assertThat(throttle.isIdle()).isFalse();
        pass(Duration.ofSeconds(10));
        assertThat(throttle.isIdle()).isTrue();

        throttle.admit();
        throttle.admit();
        pass(Duration.ofSeconds(10));

        assertThat(throttle.isIdle()).isFalse();
    }
}
