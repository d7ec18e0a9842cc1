package io.policyengine.e2e.workers;

import io.policyengine.e2e.harness.EngineProcess;
import io.policyengine.e2e.harness.OsProcess;
import io.policyengine.e2e.harness.TestConf;
import io.policyengine.e2e.harness.Web;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A replica of a worker: one process after another on the same socket. */
final class Replica implements AutoCloseable {
    private final String worker;
    private final Supplier<Running> starter;
    private @Nullable Running running;

    /** A process, and whether the kernel has got to know it. */
    private record Running(OsProcess process, BooleanSupplier inService) {}

    private Replica(String worker, Supplier<Running> starter) {
        this.worker = worker;
        this.starter = starter;
    }

    /** The shipped worker, with the settings in this directory. */
    static Replica java(String worker, TestConf conf) {
        return new Replica(worker, () -> {
            EngineProcess engine = EngineProcess.worker(conf);
            return new Running(
                    engine.process(),
                    () -> Web.get(engine.metricsPort(), "/metrics")
                            .body()
                            .contains("\npolicy_worker_executions_total{policy=\"transformHeaders\""));
        });
    }

    /** The worker in Python. */
    static Replica python(String worker, Path socket) {
        return new Replica(worker, () -> {
            OsProcess process = PythonWorker.start(worker, socket);
            return new Running(process, () -> process.output().contains("prepared"));
        });
    }

    /** The name that it shares with the other replicas. */
    String worker() {
        return worker;
    }

    /** Starts a process and waits until it serves. */
    Replica start() {
        close();
        running = starter.get();
        return this;
    }

    /** Whether the process that was started last has chains to run, or has run one. */
    boolean isInService() {
        return running().inService().getAsBoolean();
    }

    /** The process that was started last. */
    OsProcess process() {
        return running().process();
    }

    private Running running() {
        return Objects.requireNonNull(running, "not started");
    }

    @Override
    public void close() {
        Running last = running;
        if (last != null) {
            last.process().close();
        }
    }

    @Override
    public String toString() {
        return worker;
    }
}
