package io.policyengine.kernel.overload;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The limits of a replica whose work is caused by chunks of bodies. */
class ReplicaLimitsTest {
    private static final Duration WORK = Duration.ofMillis(6);
    private static final Duration SECOND = Duration.ofSeconds(1);

    /** The exchanges that a process serves in a second, and the chunks that an embedded worker's thread does. */
    private static double capacity(boolean isProcess, double slowness) {
        return 1e9 / (WORK.toNanos() + (isProcess ? 400_000 : 0)) / slowness;
    }

    @ParameterizedTest
    @CsvSource({
        "true, 1.5, 1",
        "true, 2, 1",
        "true, 3, 1",
        "true, 1.5, 4",
        "true, 2, 4",
        "true, 3, 4",
        "false, 1.5, 1",
        "false, 2, 1",
        "false, 3, 1",
        "false, 2, 4"
    })
    void servesBodiesInTimeAndRunsAlmostNothingForNobody(boolean isProcess, double load, double slowness) {
        SimulatedBodies bodies = new SimulatedBodies(isProcess, WORK, Duration.ofMillis(2));
        bodies.slow(slowness);
        double capacity = capacity(isProcess, slowness);
        bodies.run(SECOND.multipliedBy(10), 0.5 * capacity);

        bodies.run(SECOND.multipliedBy(5), load * capacity);
        assertThat(bodies.served() / 5.0).isGreaterThan(0.9 * capacity);
        assertThat(bodies.forNobody()).isLessThan(0.02);

        bodies.run(SECOND.multipliedBy(20), load * capacity);
        assertThat(bodies.served() / 20.0).isGreaterThan(0.9 * capacity);
        assertThat(bodies.forNobody()).isLessThan(0.02);
        // The kernel refuses most of the others before the worker sees them.
        assertThat(bodies.failed() / 20.0).isLessThan(0.25 * capacity);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void refusesNoBodyAtALoadThatTheReplicaSustains(boolean isProcess) {
        SimulatedBodies bodies = new SimulatedBodies(isProcess, WORK, Duration.ofMillis(2));

        bodies.run(SECOND.multipliedBy(120), 0.8 * capacity(isProcess, 1));

        assertThat(bodies.refused()).isZero();
        assertThat(bodies.failed()).isZero();
    }

    /** All bodies of a burst are opened before the first chunk of one arrives. */
    @ParameterizedTest
    @CsvSource({"true, 2", "false, 2", "true, 50", "false, 50"})
    void burstsOfBodiesRunAlmostNothingForNobody(boolean isProcess, int pauseMillis) {
        SimulatedBodies bodies = new SimulatedBodies(isProcess, WORK, Duration.ofMillis(pauseMillis));
        double capacity = capacity(isProcess, 1);
        bodies.run(SECOND.multipliedBy(5), 0.5 * capacity);
        int served = 0;
        for (int i = 0; i < 20; i++) {
            bodies.burst((int) capacity);
            bodies.run(SECOND, 0.2 * capacity);

            assertThat(bodies.forNobody()).isLessThan(0.05);
            assertThat(bodies.responsesRefused()).isZero();
            served += bodies.served();
        }

        // A fifth is served beside the burst, and of the burst what can begin in time.
        assertThat(served / 20.0).isGreaterThan(0.3 * capacity);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void admitsAllBodiesASecondAfterTheOverload(boolean isProcess) {
        SimulatedBodies bodies = new SimulatedBodies(isProcess, WORK, Duration.ofMillis(2));
        double capacity = capacity(isProcess, 1);
        bodies.run(SECOND.multipliedBy(10), 3 * capacity);
        assertThat(bodies.refused()).isPositive();

        bodies.run(SECOND, 0.5 * capacity);
        bodies.run(SECOND.multipliedBy(10), 0.8 * capacity);

        assertThat(bodies.refused()).isZero();
        assertThat(bodies.failed()).isZero();
    }
}
