package io.policyengine.core.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DeadlineWheelTest {
    private long now = Long.MAX_VALUE - 1_000_000;
    private final Deque<Runnable> pulses = new ArrayDeque<>();
    private final DeadlineWheel wheel = new DeadlineWheel(() -> now, (_, turn) -> pulses.add(turn));
    private final List<String> expired = new ArrayList<>();

    @Test
    void expiresNeverEarlyAndSoonAfterwards() {
        wheel.add(now + millis(12), () -> expired.add("a"));

        pass(11);
        assertThat(expired).isEmpty();

        pass(11);
        assertThat(expired).containsExactly("a");
    }

    @Test
    void expiresWhatIsPastAlready() {
        wheel.add(now - millis(1000), () -> expired.add("past"));

        pass(10);

        assertThat(expired).containsExactly("past");
    }

    @Test
    void forgetsWhatIsCancelled() {
        DeadlineWheel.Deadline deadline = wheel.add(now + millis(10), () -> expired.add("a"));

        deadline.cancel();
        deadline.cancel();
        pass(100);

        assertThat(expired).isEmpty();
        assertThat(wheel.size()).isZero();
    }

    @Test
    void ticksOnlyWhileThereAreDeadlines() {
        assertThat(pulses).isEmpty();

        wheel.add(now + millis(10), () -> expired.add("a"));
        assertThat(pulses).hasSize(1);
        pass(20);

        assertThat(pulses).isEmpty();
    }

    @Test
    void keepsDeadlinesBeyondOneRevolution() {
        wheel.add(now + millis(60_000), () -> expired.add("far"));

        pass(59_000);
        assertThat(expired).isEmpty();

        pass(1_010);
        assertThat(expired).containsExactly("far");
    }

    @Test
    void catchesUpAfterAStall() {
        for (int i = 0; i < 1000; i++) {
            wheel.add(now + millis(i * 7L), () -> expired.add("x"));
        }

        now += millis(100_000);
        turn();

        assertThat(expired).hasSize(1000);
    }

    @Test
    void letsAnExpiredDeadlineAddAndCancelOthers() {
        List<DeadlineWheel.Deadline> second = new ArrayList<>();
        wheel.add(now + millis(5), () -> {
            expired.add("first");
            wheel.add(now, () -> expired.add("third"));
            second.getFirst().cancel();
        });
        second.add(wheel.add(now + millis(6), () -> expired.add("second")));

        pass(40);

        assertThat(expired).containsExactly("first", "third");
    }

    @Test
    void oneThatFailsHoldsUpNoOther() {
        wheel.add(now + millis(5), () -> {
            throw new AssertionError("it cannot bear the end");
        });
        wheel.add(now + millis(5), () -> expired.add("second"));
        wheel.add(now + millis(50), () -> expired.add("third"));

        pass(20);
        wheel.add(now + millis(50), () -> expired.add("fourth"));
        pass(70);

        assertThat(expired).containsExactly("second", "third", "fourth");
        assertThat(wheel.size()).isZero();
    }

    @Test
    void expiresEachOfManyWithinItsTolerance() {
        Random random = new Random(7);
        List<Long> late = new ArrayList<>();
        for (int i = 0; i < 2000; i++) {
            long deadline = now + random.nextLong(millis(5_000));
            DeadlineWheel.Deadline added = wheel.add(deadline, () -> late.add(now - deadline));
            if (i % 3 == 0) {
                added.cancel();
            }
        }

        pass(5_020);

        assertThat(late).hasSize(2000 - 667).allMatch(nanos -> nanos >= 0 && nanos <= millis(10));
        assertThat(wheel.size()).isZero();
    }

    private static long millis(long millis) {
        return Duration.ofMillis(millis).toNanos();
    }

    /** Lets time pass a tick at a time. */
    private void pass(int millis) {
        for (int passed = 0; passed < millis; passed += 5) {
            now += millis(Math.min(5, millis - passed));
            turn();
        }
    }

    private void turn() {
        Runnable pulse = pulses.poll();
        if (pulse != null) {
            pulse.run();
        }
    }
}
