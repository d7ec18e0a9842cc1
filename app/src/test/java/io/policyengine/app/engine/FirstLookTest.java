package io.policyengine.app.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.policyengine.app.command.CommandFailure;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Looks into directories before a process serves. */
class FirstLookTest {
    private static final String DIRECTORY = "the conf directory /etc/engine";

    @Test
    void aDirectoryThatHangsEndsTheStartInTime() {
        CountDownLatch answers = new CountDownLatch(1);

        assertThatThrownBy(() -> FirstLook.withinBlocking(Duration.ofMillis(10), DIRECTORY, () -> {
                    awaitBlocking(answers);
                    return "late";
                }))
                .isInstanceOfSatisfying(
                        CommandFailure.class,
                        failure -> assertThat(failure.exitCode()).isEqualTo(CommandFailure.FAILED))
                .hasMessageStartingWith(DIRECTORY + " has not answered within ");

        answers.countDown();
    }

    private static void awaitBlocking(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void whatIsSeenOrGoesWrongIsTold() {
        assertThat(FirstLook.<String>atBlocking(DIRECTORY, () -> "seen")).isEqualTo("seen");
        assertThatThrownBy(() -> FirstLook.atBlocking(DIRECTORY, () -> {
                    throw CommandFailure.usage("it is wrong");
                }))
                .isInstanceOf(CommandFailure.class)
                .hasMessage("it is wrong");
        assertThatThrownBy(() -> FirstLook.atBlocking(DIRECTORY, () -> {
                    throw new AssertionError("a bug");
                }))
                .isInstanceOf(AssertionError.class);
    }
}
