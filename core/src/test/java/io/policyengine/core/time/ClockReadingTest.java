package io.policyengine.core.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import org.junit.jupiter.api.Test;

class ClockReadingTest {
    private static final ClockReading ASKED = new ClockReading("a", 100);
    private static final ClockReading ANSWERED = new ClockReading("a", 200);

    @Test
    void theClockIsSharedIfItWasReadBetweenQuestionAndAnswerSinceTheSameStartOfTheHost() {
        assertThat(new ClockReading("a", 100).isBetween(ASKED, ANSWERED)).isTrue();
        assertThat(new ClockReading("a", 200).isBetween(ASKED, ANSWERED)).isTrue();
        assertThat(new ClockReading("a", 99).isBetween(ASKED, ANSWERED)).isFalse();
        assertThat(new ClockReading("a", 201).isBetween(ASKED, ANSWERED)).isFalse();
        assertThat(new ClockReading("b", 150).isBetween(ASKED, ANSWERED)).isFalse();
    }

    @Test
    void twoReadingsOfThisHostAreOfOneStart() {
        ClockReading first = Objects.requireNonNull(ClockReading.of(Ticker.SYSTEM));
        ClockReading second = Objects.requireNonNull(ClockReading.of(Ticker.SYSTEM));
        ClockReading third = Objects.requireNonNull(ClockReading.of(Ticker.SYSTEM));

        assertThat(second.isBetween(first, third)).isTrue();
    }
}
