package io.policyengine.kernel;

import io.policyengine.core.config.EngineConfig;
import io.policyengine.core.metrics.EngineRegistry;
import io.policyengine.core.work.executor.Executor;
import io.policyengine.kernel.exercise.Exercise;
import io.policyengine.kernel.worker.registry.WorkerConnectors;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The parts of a process that its kernel uses.
 *
 * @param environment returns the value of an environment variable, for <code>${env:NAME}</code>; null if it is not set
 * @param connectors creates the connectors to workers
 * @param applied receives each configuration that becomes active
 * @param resources the resources of the process
 * @param notLive returns human-readable reasons to restart the process; empty if there are none. Called on any thread
 * @param management creates the kernel's management
 * @param exercise sends warm-up requests before the kernel is first ready; null if the kernel is ready at once
 */
public record KernelHost(
        Function<String, @Nullable String> environment,
        WorkerConnectors connectors,
        Consumer<EngineConfig> applied,
        ProcessResources resources,
        Supplier<List<String>> notLive,
        Management.Factory management,
        @Nullable Exercise exercise) {
    public EngineRegistry metrics() {
        return resources.metrics();
    }

    public Executor work() {
        return resources.work();
    }

    public int loops() {
        return resources.loops();
    }

    /** The clock by which overrides expire. */
    public InstantSource clock() {
        return resources.clock();
    }

    /**
     * Creates a host that has neither management nor warm-up requests (the exercise). It starts its own threads for
     * work that would block an event loop.
     */
    public KernelHost(
            Function<String, @Nullable String> environment,
            WorkerConnectors connectors,
            Consumer<EngineConfig> applied,
            EngineRegistry metrics,
            int loops,
            Supplier<List<String>> notLive,
            InstantSource clock) {
        this(
                environment,
                connectors,
                applied,
                new ProcessResources(metrics, Executor.ofProcess(metrics), loops, clock),
                notLive,
                Management.NONE,
                null);
    }

    /**
     * Creates a host with the system clock, and with neither management nor warm-up requests (the exercise). It starts
     * its own threads for work that would block an event loop.
     */
    public KernelHost(
            Function<String, @Nullable String> environment,
            WorkerConnectors connectors,
            Consumer<EngineConfig> applied,
            EngineRegistry metrics,
            int loops,
            Supplier<List<String>> notLive) {
        this(environment, connectors, applied, metrics, loops, notLive, InstantSource.system());
    }
}
