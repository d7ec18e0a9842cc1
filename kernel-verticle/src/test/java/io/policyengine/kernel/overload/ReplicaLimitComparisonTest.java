package io.policyengine.kernel.overload;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.kernel.overload.SimulatedWorkers.Limit;
import io.policyengine.kernel.overload.SimulatedWorkers.Source;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** The comparison of limits in docs/design-decisions/overload.md: each published algorithm fails where that of the kernel does not. */
class ReplicaLimitComparisonTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final double[] LOADS = {0.5, 0.8, 1, 1.5, 2, 3};

    static final List<Function<SimulatedWorkers, Limit>> PUBLISHED = List.of(
            workers -> new PublishedLimits.None(() -> workers.now),
            workers -> new PublishedLimits.Gradient2(() -> workers.now),
            workers -> new PublishedLimits.Vegas(() -> workers.now),
            workers -> new PublishedLimits.Aimd(() -> workers.now),
            workers -> new PublishedLimits.ServedRate(() -> workers.now));

    @Test
    void theKernelsLimitServesInTimeAndRefusesNothingBelowCapacity() {
        assertThat(shortfalls(ReplicaLimitTest.Own::new)).isEmpty();
    }

    @ParameterizedTest
    @FieldSource("PUBLISHED")
    void publishedLimitsDoNot(Function<SimulatedWorkers, Limit> limit) {
        assertThat(shortfalls(limit)).isNotEmpty();
    }

    /** Returns where a limit serves less than it could, or refuses what it could serve. */
    private static List<String> shortfalls(Function<SimulatedWorkers, Limit> limit) {
        return Stream.concat(
                        Stream.of(Duration.ofNanos(500_000), Duration.ofMillis(6), Duration.ofMillis(30))
                                .flatMap(work -> loads(limit, work)),
                        slowTarget(limit))
                .toList();
    }

    private static Stream<String> loads(Function<SimulatedWorkers, Limit> limit, Duration work) {
        double capacity = 1e9 / work.toNanos();
        Source source = Source.of("r", 1, work);
        Stream.Builder<String> found = Stream.builder();
        for (double load : LOADS) {
            SimulatedWorkers workers = new SimulatedWorkers();
            workers.add(() -> limit.apply(workers));
            workers.run(SECOND.multipliedBy(10), 0.5 * capacity, source);
            workers.run(SECOND.multipliedBy(5), load * capacity, source);
            boolean isLess = load > 1 && workers.served() < 0.9 * 5 * capacity;
            boolean refuses = load < 1 && refusesNeedlessly(workers, work);
            workers.run(SECOND.multipliedBy(20), load * capacity, source);
            isLess |= load > 1 && workers.served() < 0.9 * 20 * capacity;
            refuses |= load < 1 && refusesNeedlessly(workers, work);
            if (isLess || refuses) {
                found.add(work + " at " + load);
            }
        }
        return found.build();
    }

    /** Returns whether calls were refused. Calls of a sixteenth of the time-out may find a long queue by chance. */
    private static boolean refusesNeedlessly(SimulatedWorkers workers, Duration work) {
        return work.compareTo(SimulatedWorkers.TIMEOUT.dividedBy(50)) < 0 && workers.refused() > 0;
    }

    private static Stream<String> slowTarget(Function<SimulatedWorkers, Limit> limit) {
        SimulatedWorkers workers = new SimulatedWorkers();
        workers.add(() -> limit.apply(workers));
        Source fast = Source.of("fast", 0.5, Duration.ofMillis(2));
        Source slow = Source.of("slow", 0.5, Duration.ofMillis(2), Duration.ofMillis(5));
        workers.run(SECOND.multipliedBy(5), 250, slow, fast);
        workers.slowTarget("slow", Duration.ofMillis(450));
        workers.run(SECOND.multipliedBy(5), 250, slow, fast);
        return workers.counts(fast).refused > 0 ? Stream.of("slow target") : Stream.of();
    }
}
