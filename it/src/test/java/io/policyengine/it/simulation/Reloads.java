package io.policyengine.it.simulation;

import io.policyengine.core.config.EngineConfig;
import io.policyengine.it.simulation.judge.Timeline;
import io.policyengine.it.simulation.world.Configuration;
import java.time.Duration;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGenerator;

/** The configurations that the kernel is given one after another, while exchanges are under way. */
final class Reloads {
    /** After the beginning of an exchange: most are under way that long. */
    private static final long SOON = Duration.ofMillis(40).toNanos();

    private final Agenda agenda;
    private final Timeline timeline;
    private final List<EngineConfig> configs;
    private final IdentityHashMap<EngineConfig, Configuration> configurations = new IdentityHashMap<>();
    private int underWay;

    Reloads(Agenda agenda, Timeline timeline, List<Configuration> configurations) {
        this.agenda = agenda;
        this.timeline = timeline;
        this.configs = configurations.stream().map(this::read).toList();
    }

    private EngineConfig read(Configuration configuration) {
        EngineConfig config = configuration.config();
        configurations.put(config, configuration);
        return config;
    }

    /** What the kernel starts with. */
    EngineConfig first() {
        agenda.note(() -> "the kernel starts with " + configurationOf(configs.getFirst()));
        return configs.getFirst();
    }

    /** The kernel runs by this from now on. */
    void swapped(EngineConfig config) {
        Configuration configuration = configurationOf(config);
        agenda.note(() -> "current is configuration " + configuration.number());
        timeline.activated(configuration, agenda.now());
    }

    /** Draws when the others come, soon after the beginnings of exchanges. */
    void draw(SimulatedKernel kernel, long[] beginnings, RandomGenerator random) {
        long[] times = new long[configs.size() - 1];
        Arrays.setAll(times, _ -> beginnings[random.nextInt(beginnings.length)] + random.nextLong(SOON));
        Arrays.sort(times);
        for (int i = 0; i < times.length; i++) {
            EngineConfig next = configs.get(i + 1);
            boolean strictly = random.nextInt(4) == 0 || !configurationOf(next).sound();
            agenda.after(times[i], () -> reload(kernel, next, strictly));
        }
    }

    private void reload(SimulatedKernel kernel, EngineConfig next, boolean strictly) {
        agenda.note(() -> "loaded is " + configurationOf(next));
        underWay++;
        kernel.reload(next, strictly).onComplete(_ -> underWay--);
    }

    private Configuration configurationOf(EngineConfig config) {
        return Objects.requireNonNull(configurations.get(config));
    }

    /** Whether none is under way. */
    boolean isOver() {
        return underWay == 0;
    }
}
