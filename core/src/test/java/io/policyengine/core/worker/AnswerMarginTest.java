package io.policyengine.core.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.time.DeadlineWheel;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnswerMarginTest {
    @ParameterizedTest
    @CsvSource({"500, 50", "5000, 100", "300, 30", "100, 25", "20, 10", "0, 0", "-5, 0"})
    void isATenthOfTheTimeWithinBoundsAndAtMostAHalf(long left, long margin) {
        assertThat(Duration.ofNanos(AnswerMargin.nanosOf(Duration.ofMillis(left).toNanos())))
                .isEqualTo(Duration.ofMillis(margin));
    }

    @Test
    void isLongerThanAWorkersDeadlineIsLate() {
        assertThat(AnswerMargin.nanosOf(AnswerMargin.MIN_CALL_NANOS))
                .isGreaterThan(DeadlineWheel.TICK.multipliedBy(2).toNanos());
    }
}
