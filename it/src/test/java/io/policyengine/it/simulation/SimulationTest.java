package io.policyengine.it.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The invariant, seed by seed. More seeds: {@code -Dsimulation.seeds=100000 -Dsimulation.from=20000}. */
@ExtendWith(Quiet.class)
@Tag("simulation")
final class SimulationTest {
    private static final int SEEDS = Integer.getInteger("simulation.seeds", 4_000);
    private static final int SEEDS_WITH_TRAILERS = SEEDS / 20;
    private static final long FROM = Long.getLong("simulation.from", 1);
    private static final int THREADS = Runtime.getRuntime().availableProcessors();

    @TempDir
    Path directory;

    @Test
    void everyExchangeIsProcessedByItsWholeChainOrAnsweredAsConfigured() {
        long began = System.nanoTime();
        AtomicLong next = new AtomicLong(FROM);
        List<Future<Totals>> parts = new ArrayList<>();

        try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            for (int i = 0; i < THREADS; i++) {
                Path own = directory.resolve("stage-" + i);
                parts.add(threads.submit(() -> run(own, next)));
            }
        }

        Totals all = parts.stream().map(SimulationTest::result).reduce(Totals.NONE, Totals::plus);
        double seconds = (System.nanoTime() - began) / 1e9;
        System.out.printf(
                "simulation: %d seeds in %.1f s (%.0f a second), %d exchanges, %d of them passed, %d overtaken by a reload,"
                        + " %d uses of on_failure%n",
                SEEDS, seconds, SEEDS / seconds, all.exchanges(), all.passed(), all.overtaken(), all.excused());
        assertThat(all.passed()).isBetween(all.exchanges() / 3, all.exchanges());
        assertThat(all.overtaken()).isGreaterThanOrEqualTo(all.exchanges() / 50);
    }

    /** Plays seeds until none is left, or one fails. */
    private static Totals run(Path directory, AtomicLong next) throws IOException {
        Totals totals = Totals.NONE;
        try (Stage stage = new Stage(Files.createDirectory(directory))) {
            for (long seed = next.getAndIncrement(); seed < FROM + SEEDS; seed = next.getAndIncrement()) {
                Simulation.Outcome outcome = Simulation.run(stage, seed, false);
                if (!outcome.holds()) {
                    next.set(Long.MAX_VALUE / 2);
                    assertThat(outcome.violations()).as(history(stage, seed)).isEmpty();
                }
                totals = totals.plus(
                        new Totals(outcome.exchanges(), outcome.passed(), outcome.overtaken(), outcome.excused()));
            }
        }
        return totals;
    }

    private static Totals result(Future<Totals> part) {
        try {
            return part.get();
        } catch (ExecutionException failed) {
            throw failed.getCause() instanceof AssertionError violation
                    ? violation
                    : new AssertionError(failed.getCause());
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    /** What seeds came to. */
    private record Totals(int exchanges, int passed, int overtaken, int excused) {
        static final Totals NONE = new Totals(0, 0, 0, 0);

        Totals plus(Totals other) {
            return new Totals(
                    exchanges + other.exchanges,
                    passed + other.passed,
                    overtaken + other.overtaken,
                    excused + other.excused);
        }
    }

    @Test
    void trailersAreSeenByThosePoliciesThatRanOnTheHeaders() {
        int exchanges = 0;
        int stamped = 0;
        try (Stage stage = new Stage(directory)) {
            for (long seed = FROM; seed < FROM + SEEDS_WITH_TRAILERS; seed++) {
                Simulation.Outcome outcome = Simulation.runWithTrailers(stage, seed, false);
                if (!outcome.holds()) {
                    assertThat(outcome.violations())
                            .as(
                                    "seed %d%n%s",
                                    seed,
                                    String.join(
                                            "\n",
                                            Simulation.runWithTrailers(stage, seed, true)
                                                    .history()))
                            .isEmpty();
                }
                exchanges += outcome.exchanges();
                stamped += outcome.stamped();
            }
        }
        assertThat(stamped).isGreaterThanOrEqualTo(exchanges / 4);
    }

    @Test
    void theSameSeedLeadsToTheSameHistory() {
        List<String> once;
        List<String> again;

        try (Stage stage = new Stage(directory)) {
            once = Simulation.run(stage, FROM, true).history();
        }
        try (Stage stage = new Stage(directory)) {
            Simulation.run(stage, FROM + 1, false);
            again = Simulation.run(stage, FROM, true).history();
        }

        assertThat(again).isEqualTo(once).hasSizeGreaterThan(10);
    }

    private static String history(Stage stage, long seed) {
        return "seed %d; again by -Dtest=SimulationTest -Dsimulation.seeds=1 -Dsimulation.from=%d%n%s%n"
                .formatted(
                        seed,
                        seed,
                        String.join("\n", Simulation.run(stage, seed, true).history()));
    }
}
