package io.policyengine.it.engine;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.policyengine.kernel.engine.KernelUnderTest;
import io.policyengine.kernel.engine.ListedWorkers;
import io.policyengine.policies.StandardPolicies;
import io.policyengine.worker.EmbeddedWorker;
import io.policyengine.worker.LocalWorker;
import io.policyengine.worker.PolicyRegistry;
import io.policyengine.worker.WorkerOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;

/** An embedded worker with the standard policies. */
public final class StandardWorker {
    private StandardWorker() {}

    /** Starts an engine with the configuration of a directory and this worker alone. */
    public static void start(KernelUnderTest engine, Path directory) {
        start(engine, directory, UnaryOperator.identity());
    }

    /** Starts an engine with the configuration of a directory and this worker alone, with changed options. */
    public static void start(KernelUnderTest engine, Path directory, UnaryOperator<WorkerOptions.Builder> changes) {
        LocalWorker worker = new LocalWorker(
                engine.vertx(),
                WorkerOptions.defaults("default-worker", "0.0.1", directory).with(changes),
                PolicyRegistry.of(StandardPolicies.all()),
                new SimpleMeterRegistry());
        engine.start(directory, new ListedWorkers(List.of(new EmbeddedWorker(worker))));
    }
}
