package io.policyengine.core.work.executor;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WaitingLineTest {
    private final WaitingLine<Guest> line = new WaitingLine<>();
    private final Guest first = new Guest(0, 100);
    private final Guest second = new Guest(10, 110);
    private final Guest third = new Guest(20, 60);

    private record Guest(long since, long until) implements WaitingLine.Waiting {}

    private void fill() {
        line.add(first);
        line.add(second);
        line.add(third);
    }

    @Test
    void theOldestIsNextWhileNoneWaitsForLong() {
        assertThat(line.next(0)).isNull();
        fill();

        assertThat(line.next(75)).isEqualTo(first);
    }

    @Test
    void theNewestIsNextWhileTheOldestHasWaitedForMoreThanThreeQuartersOfItsTime() {
        fill();

        assertThat(line.next(76)).isEqualTo(third);
        line.remove(first);
        assertThat(line.next(76)).isEqualTo(second);
    }

    @Test
    void whatIsTooLateIsFoundUntilItIsRemoved() {
        fill();

        assertThat(line.overdue(60)).containsExactly(third);
        line.remove(third);
        assertThat(line.overdue(110)).containsExactly(first, second);
        assertThat(line.size()).isEqualTo(2);
    }
}
