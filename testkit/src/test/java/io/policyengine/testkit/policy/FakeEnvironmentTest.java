package io.policyengine.testkit.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.core.policy.InvalidParamsException;
import io.policyengine.core.work.Lane;
import io.policyengine.core.work.Work;
import io.policyengine.testkit.time.FakeTicker;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class FakeEnvironmentTest {
    private final FakeEnvironment environment = new FakeEnvironment();

    @Test
    void movesBothClocksTogether() {
        long before = environment.ticker().nanoTime();

        environment.advance(Duration.ofSeconds(3));

        assertThat(environment.ticker().nanoTime() - before).isEqualTo(3_000_000_000L);
        assertThat(environment.clock().instant()).isEqualTo(FakeTicker.START.plusSeconds(3));
        assertThatIllegalArgumentException().isThrownBy(() -> environment.advance(Duration.ofNanos(-1)));
    }

    @Test
    void keepsTheLastGoodContentOfAFile() {
        environment.writeFile("n", "1");
        var number = environment.watch("n", Integer::valueOf);

        environment.writeFile("n", "2");
        environment.writeFile("n", "three");
        environment.deleteFile("n");

        assertThat(number.current()).isEqualTo(2);
        assertThat(environment.fileProblems()).hasSize(2);
        assertThatExceptionOfType(InvalidParamsException.class)
                .isThrownBy(() -> environment.watch("n", Integer::valueOf));
        environment.writeFile("n", "three");
        assertThatExceptionOfType(InvalidParamsException.class)
                .isThrownBy(() -> environment.watch("n", Integer::valueOf));
    }

    @Test
    void holdsBlockingWorkUntilItIsRun() {
        Call call = new Call("id", 1, 0, new Cancellation());
        Work work = new Work(Lane.SHORT, 10);
        assertThat(environment.offLoop(call, work, _ -> 1).result()).isEqualTo(1);
        environment.holdBlocking();
        var held = environment.offLoop(call, work, _ -> {
            throw new IllegalStateException("fails");
        });

        assertThat(held.isComplete()).isFalse();
        environment.runHeld();
        assertThat(held.cause()).hasMessage("fails");
        assertThat(environment.declared()).containsExactly(work, work);
    }

    @Test
    void givesTheSameStateForEqualIdentities() {
        Object state = environment.state("a", 1, Object::new);

        assertThat(environment.state("a", 1, Object::new)).isSameAs(state);
        assertThat(environment.state("a", 2, Object::new)).isNotSameAs(state);
    }

    @Test
    void repeatsItselfInEachRun() {
        assertThat(environment.newId()).isEqualTo("00000000-0000-0000-0000-000000000001");
        assertThat(environment.randomLong()).isEqualTo(new FakeEnvironment().randomLong());
    }
}
