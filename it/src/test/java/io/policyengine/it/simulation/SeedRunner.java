package io.policyengine.it.simulation;

import java.nio.file.Path;
import java.util.List;
import java.util.function.LongFunction;

/** Runs a seed and tells its violations, to whoever has loaded other classes than these. */
final class SeedRunner implements LongFunction<List<String>>, AutoCloseable {
    private final Stage stage;

    SeedRunner(Path directory) {
        stage = new Stage(directory);
    }

    @Override
    public List<String> apply(long seed) {
        return Simulation.run(stage, seed, false).violations();
    }

    @Override
    public void close() {
        stage.close();
    }
}
