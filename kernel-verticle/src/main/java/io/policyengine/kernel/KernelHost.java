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
 * The process that a kernel runs in, as far as the kernel needs it.
 *
 * @param environment gives what <code>${env:NAME}</code> stands for; null where the variable is not set
 * @param connectors reach the workers
 * @param applied told of each configuration that is put into force after the first
 * @param resources of the process
 * @param notLive why the process should be started again, for people; empty if it need not. Asked on any thread
 * @param management makes the kernel's management
 * @param exercise what the kernel does before it is ready for the first time; null if it is ready at once
 */
public record KernelHost(
        Function<String, @Nullable String> environment,
        WorkerConnectors connectors,
        Consumer<EngineConfig> applied,
        ProcessResources resources,
        Supplier<List<String>> notLive,
        Management.Factory management,
        @Nullable Exercise exercise) {
    /** The registry of the kernel's metrics. */
    public EngineRegistry metrics() {
        return resources.metrics();
    }

    /** The threads for what takes too long for an event loop, and their share of the memory. */
    public Executor work() {
        return resources.work();
    }

    /** The number of event loops that serve Envoy. */
    public int loops() {
        return resources.loops();
    }

    /** The clock by which overrides end. */
    public InstantSource clock() {
        return resources.clock();
    }

    /** A host without management and without exercise, with threads of its own for work beside event loops. */
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

    /** A host without management and without exercise, with threads of its own, and with the clock of the system. */
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
