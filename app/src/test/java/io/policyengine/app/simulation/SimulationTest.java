package io.policyengine.app.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The invariant, seed by seed. More seeds: {@code -Dsimulation.seeds=100000 -Dsimulation.from=20000}. */
@ExtendWith(Quiet.class)
final class SimulationTest {
    private static final int SEEDS = Integer.getInteger("simulation.seeds", 10_000);
    private static final long FROM = Long.getLong("simulation.from", 1);

    @TempDir
    Path directory;

    @Test
    void everyExchangeIsProcessedByItsWholeChainOrAnsweredAsConfigured() {
        long began = System.nanoTime();
        int exchanges = 0;
        int passed = 0;
        int excused = 0;
        try (Stage stage = new Stage(directory)) {
            for (long seed = FROM; seed < FROM + SEEDS; seed++) {
                Simulation.Outcome outcome = Simulation.run(stage, seed, false);
                if (!outcome.holds()) {
                    assertThat(outcome.violations()).as(history(stage, seed)).isEmpty();
                }
                exchanges += outcome.exchanges();
                passed += outcome.passed();
                excused += outcome.excused();
            }
        }
        double seconds = (System.nanoTime() - began) / 1e9;
        System.out.printf(
                "simulation: %d seeds in %.1f s (%.0f a second), %d exchanges, %d of them passed, %d uses of on_failure%n",
                SEEDS, seconds, SEEDS / seconds, exchanges, passed, excused);
        assertThat(passed).isBetween(exchanges / 3, exchanges);
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
