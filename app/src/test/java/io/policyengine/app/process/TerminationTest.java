package io.policyengine.app.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.testkit.process.ChildJvm;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A process that was asked to end, and hangs. */
class TerminationTest {
    /** The duration of a drain that cancels the time added to it, so that the process must end at once. */
    private static final Duration AT_ONCE = Duration.ofSeconds(-10);

    /** Goes on for ever, but for the limit. */
    public static void main(String[] none) {
        Termination.endWithin(AT_ONCE);
        while (true) {
            LockSupport.park();
        }
    }

    @Test
    @Timeout(120)
    void aProcessThatDoesNotDrainIsEndedWithAFailure() throws Exception {
        ChildJvm ended = ChildJvm.runBlocking(TerminationTest.class, List.of("-Xmx48m"), List.of());

        assertThat(ended.output()).contains("the process hangs and is killed");
        assertThat(ended.status()).isEqualTo(1);
    }
}
