package io.policyengine.e2e.harness;

import io.policyengine.e2e.harness.Stack.Shape;
import org.jspecify.annotations.Nullable;

/** An engine in one process or two, ready to serve. */
public final class Engine implements AutoCloseable {
    private final @Nullable EngineProcess worker;
    private final EngineProcess kernel;

    private Engine(@Nullable EngineProcess worker, EngineProcess kernel) {
        this.worker = worker;
        this.kernel = kernel;
    }

    /** Starts one and waits until it is ready. */
    public static Engine start(Shape shape, TestConf conf) {
        return switch (shape) {
            case EMBEDDED -> new Engine(null, EngineProcess.embedded(conf).awaitReady());
            case TWO_PROCESSES -> {
                EngineProcess worker = EngineProcess.worker(conf);
                yield new Engine(worker, EngineProcess.kernel(conf).awaitReady());
            }
        };
    }

    /** The kernel's process, which is the worker's too where that is embedded. */
    public EngineProcess kernel() {
        return kernel;
    }

    /** The worker's process, where it has one. */
    public EngineProcess worker() {
        if (worker == null) {
            throw new IllegalStateException("the worker is embedded");
        }
        return worker;
    }

    /** The process that runs the policies. */
    public EngineProcess policies() {
        return worker == null ? kernel : worker;
    }

    @Override
    public void close() {
        kernel.close();
        if (worker != null) {
            worker.close();
        }
    }
}
