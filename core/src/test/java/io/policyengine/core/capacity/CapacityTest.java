package io.policyengine.core.capacity;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CapacityTest {
    private final Capacity capacity = new Capacity(10);

    @Test
    void givesAwayWhatThereIsAndNoMore() {
        assertThat(capacity.tryTake(7)).isTrue();
        assertThat(capacity.tryTake(4)).isFalse();
        assertThat(capacity.tryTake(3)).isTrue();
        assertThat(capacity.taken()).isEqualTo(10);

        capacity.give(4);

        assertThat(capacity.free()).isEqualTo(4);
        assertThat(capacity.limit()).isEqualTo(10);
    }

    @Test
    void leavesAReserve() {
        assertThat(capacity.tryTake(6, 5)).isFalse();
        assertThat(capacity.tryTake(5, 5)).isTrue();
    }

    @Test
    void countsWhatIsThereAlreadyThoughItIsNotFree() {
        capacity.take(12);

        assertThat(capacity.free()).isEqualTo(-2);
        assertThat(capacity.tryTake(1)).isFalse();
        capacity.give(12);
        assertThat(capacity.taken()).isZero();
    }

    @Test
    void whatIsTakenStaysTakenWhenTheLimitChanges() {
        assertThat(capacity.tryTake(8)).isTrue();

        capacity.resize(5);
        assertThat(capacity.taken()).isEqualTo(8);
        assertThat(capacity.tryTake(1)).isFalse();

        capacity.raise(4);
        assertThat(capacity.limit()).isEqualTo(9);
        assertThat(capacity.tryTake(1)).isTrue();
        assertThat(capacity.tryTake(1)).isFalse();
    }
}
