package io.policyengine.core.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class DoublingPauseTest {
    private final DoublingPause pause = new DoublingPause(Duration.ofMillis(50), Duration.ofMillis(300));

    @Test
    void eachPauseIsTwiceAsLongAsTheOneBeforeUpToTheLongest() {
        assertThat(Stream.generate(pause::nextMillis).limit(5)).containsExactly(50L, 100L, 200L, 300L, 300L);
    }

    @Test
    void aSuccessMakesTheNextPauseTheFirstAgain() {
        pause.nextMillis();
        pause.nextMillis();

        pause.reset();

        assertThat(pause.nextMillis()).isEqualTo(50);
    }

    @Test
    void aRandomPartIsAtMostAHalf() {
        RandomGenerator least = () -> 0;

        for (int attempt = 0; attempt < 100; attempt++) {
            DoublingPause fresh = new DoublingPause(Duration.ofMillis(50), Duration.ofMillis(300));
            assertThat(fresh.nextMillis(RandomGenerator.getDefault())).isBetween(25L, 50L);
        }
        assertThat(pause.nextMillis(least)).isEqualTo(25);
    }

    @Test
    void noPauseIsWithoutLength() {
        assertThat(new DoublingPause(Duration.ofMillis(1), Duration.ofMillis(1)).nextMillis(() -> 0))
                .isEqualTo(1);
    }
}
