package io.policyengine.core.capacity;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CyclicBarrier;
import org.junit.jupiter.api.Test;

class CapacityReservationTest {
    private static final int ROUNDS = 500;

    private final Capacity capacity = new Capacity(10);

    @Test
    void takesFromItsCapacityUpToItsMaximum() {
        CapacityReservation reservation = capacity.reservation(6);

        assertThat(reservation.tryTake(4)).isTrue();
        assertThat(reservation.tryTake(3)).isFalse();
        assertThat(reservation.tryTake(2)).isTrue();

        assertThat(reservation.amount()).isEqualTo(6);
        assertThat(capacity.taken()).isEqualTo(6);
    }

    @Test
    void takesNoMoreThanIsFree() {
        CapacityReservation first = capacity.reservation();
        CapacityReservation second = capacity.reservation();

        assertThat(first.tryTake(7)).isTrue();
        assertThat(second.tryTake(4)).isFalse();
        assertThat(second.tryResize(4)).isFalse();

        assertThat(second.amount()).isZero();
        assertThat(capacity.taken()).isEqualTo(7);
    }

    @Test
    void growsAndShrinks() {
        CapacityReservation reservation = capacity.reservation();

        assertThat(reservation.tryResize(9)).isTrue();
        assertThat(reservation.tryResize(2)).isTrue();

        assertThat(reservation.amount()).isEqualTo(2);
        assertThat(capacity.taken()).isEqualTo(2);
    }

    @Test
    void aClosedOneHasGivenBackAllAndTakesNothing() {
        CapacityReservation reservation = capacity.reservation();
        assertThat(reservation.tryTake(5)).isTrue();

        reservation.close();
        reservation.close();

        assertThat(reservation.isClosed()).isTrue();
        assertThat(reservation.tryTake(1)).isFalse();
        assertThat(reservation.tryResize(0)).isFalse();
        assertThat(reservation.amount()).isZero();
        assertThat(capacity.taken()).isZero();
    }

    @Test
    void nothingStaysTakenWhenAnAmountIsTakenDuringTheClose() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            CapacityReservation reservation = capacity.reservation();
            CyclicBarrier start = new CyclicBarrier(2);
            Thread taker = Thread.ofVirtual().start(() -> {
                await(start);
                reservation.tryTake(3);
                reservation.tryResize(1);
            });
            await(start);

            reservation.close();
            taker.join();

            assertThat(capacity.taken()).isZero();
        }
    }

    private static void await(CyclicBarrier start) {
        try {
            start.await();
        } catch (Exception interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }
}
