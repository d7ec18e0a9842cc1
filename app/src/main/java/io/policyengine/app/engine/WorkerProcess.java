package io.policyengine.app.engine;

import io.policyengine.app.command.CommandFailure;
import io.policyengine.app.command.Version;
import io.policyengine.app.engine.ListenFailures.Listener;
import io.policyengine.app.exercise.WorkerExercise;
import io.policyengine.app.log.Logs;
import io.policyengine.app.process.MemoryCheck;
import io.policyengine.app.process.MemoryDump;
import io.policyengine.app.process.Termination;
import io.policyengine.core.admin.AdminServer;
import io.policyengine.core.admin.Readiness;
import io.policyengine.core.config.KernelConfig;
import io.policyengine.core.config.ObservabilityConfig;
import io.policyengine.core.config.WorkerCoreConfig;
import io.policyengine.core.config.reading.ConfDirectory;
import io.policyengine.core.error.Problem;
import io.policyengine.core.log.LogFields;
import io.policyengine.core.memory.MemoryPlan;
import io.policyengine.core.memory.ProcessMemory;
import io.policyengine.worker.LocalWorker;
import io.policyengine.worker.server.WorkerServer;
import io.policyengine.worker.server.WorkerSocket;
import io.policyengine.worker.watchdog.StuckLoop;
import io.vertx.core.Future;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The process of the command {@code worker}, which runs one worker and serves kernels. */
public final class WorkerProcess {
    private static final Logger LOG = LoggerFactory.getLogger("io.policyengine.worker.process");

    private final Host host;
    private final Conf conf;
    private final WorkerCoreConfig config;
    private final ObservabilityConfig observability;
    private final LocalWorker worker;
    private final AdminServer admin;
    private final WorkerSocket socket;
    private final WorkerServer server;
    private volatile boolean listens;

    private WorkerProcess(Host host, Conf conf, WorkerCoreConfig config) {
        this.host = host;
        this.conf = conf;
        this.config = config;
        ObservabilityConfig unset = KernelConfig.defaults().observability();
        this.observability = new ObservabilityConfig(
                config.observability().metricsPort(),
                config.observability().address(),
                null,
                List.of(),
                null,
                config.observability().logLevel(),
                unset.stuckLoopTimeout(),
                unset.metrics(),
                unset.tracing(),
                unset.recorder(),
                unset.accessLog());
        this.worker = Workers.local(host, conf.directory(), config, config.name());
        // No stuck loops to report: the watchdog ends the process of a stuck worker.
        this.admin = new AdminServer(host.metrics()::expose, List::of, this::notStarted, this::readiness);
        this.socket =
                WorkerSocket.of(config, SocketDirectory.ofProcessBlocking().resolve(config.socketPath()));
        this.server =
                new WorkerServer(host.vertx(), worker, socket, host.loops(), host.metrics(), maxBufferedBytes(config));
    }

    /**
     * Returns the maximum number of bytes that calls may hold: the configured number or, by default, one that fits the
     * heap.
     */
    private static long maxBufferedBytes(WorkerCoreConfig config) {
        int calls = config.server().maxConcurrentRequests();
        Long written = config.resourceLimits().maxBufferedBytes();
        if (written == null) {
            return MemoryPlan.HERE.maxBufferedBytes(0, calls);
        }
        if (!MemoryPlan.HERE.hasRoomForMessages(written, 0, calls)) {
            throw CommandFailure.usage("'worker_core.resource_limits.max_buffered_bytes' (" + written
                    + ") does not fit: " + MemoryPlan.HERE.describe(0, calls) + ". Raise the heap (POLICY_ENGINE_HEAP="
                    + MemoryPlan.HERE.heapFor(written, 0, calls)
                    + "), or omit the key for the largest value that fits");
        }
        return written;
    }

    /**
     * Serves until SIGTERM, then waits for running calls and ends the process.
     *
     * @param name of the worker, or null if the configuration has only one worker
     * @throws CommandFailure if the worker cannot start
     */
    public static void runBlocking(Conf conf, @Nullable String name) {
        MemoryCheck.refuse(ProcessMemory.HERE);
        Termination termination = Termination.install();
        // Errors elsewhere in the directory must not keep a worker from restarting.
        List<Problem> problems = new ArrayList<>();
        List<WorkerCoreConfig> workers = ConfDirectory.workers(conf.textsBlocking(), System::getenv, problems);
        problems.removeIf(problem -> problem.severity() != Problem.Severity.ERROR);
        if (!problems.isEmpty()
                && workers.stream().noneMatch(worker -> worker.name().equals(name))) {
            throw conf.unusable(problems);
        }
        WorkerCoreConfig config = choose(conf, workers, name);
        Logs.toStdout(config.observability().logLevel());
        MemoryCheck.warn(ProcessMemory.HERE, LOG);
        enableMemoryDumpBlocking(stateOf(conf), "worker-" + config.name());
        new WorkerProcess(Host.start(), conf, config).serve(termination);
    }

    /** Enables heap dumps. If the directory does not answer, the worker starts without heap dumps. */
    private static void enableMemoryDumpBlocking(Path state, String process) {
        try {
            FirstLook.atBlocking("the state directory " + state, () -> {
                MemoryDump.enableBlocking(state, process);
                return true;
            });
        } catch (CommandFailure unanswered) {
            LOG.atInfo()
                    .addKeyValue(LogFields.REASON, unanswered.getMessage())
                    .log("if the heap runs out, no heap dump will be written");
        }
    }

    /** Returns the state directory of the kernel with the same conf directory. */
    private static Path stateOf(Conf conf) {
        String named = System.getenv("POLICY_ENGINE_STATE");
        return StateDirectory.of(named == null ? null : Path.of(named), conf).path();
    }

    private static WorkerCoreConfig choose(Conf conf, List<WorkerCoreConfig> workers, @Nullable String name) {
        String known = workers.stream().map(worker -> "'" + worker.name() + "'").collect(Collectors.joining(", "));
        if (workers.isEmpty()) {
            throw CommandFailure.usage(conf.directory() + " has no file with worker_core: worker.yaml is missing");
        }
        if (name == null && workers.size() > 1) {
            throw CommandFailure.usage("there are several workers, choose one with --name: " + known);
        }
        return workers.stream()
                .filter(worker -> name == null || worker.name().equals(name))
                .findFirst()
                .orElseThrow(() -> CommandFailure.usage(
                        "no worker is named '" + name + "' in " + conf.directory() + "; there are: " + known));
    }

    private void serve(Termination termination) {
        listenBlocking();
        Watchdogs.start(
                List.of(host.vertx(), admin.vertx()),
                worker::runningOn,
                config.server().stuckLoopTimeout(),
                WorkerProcess::endBlocking,
                Watchdogs.lags(host.metrics()));
        LOG.atInfo()
                .addKeyValue(LogFields.VERSION, Version.text())
                .addKeyValue(LogFields.COMMIT, Version.commit())
                .addKeyValue(LogFields.WORKER_NAME, config.name())
                .addKeyValue(LogFields.LISTENER, socket.file().path())
                .addKeyValue(LogFields.METRICS_PORT, config.observability().metricsEnabled() ? admin.port() : 0)
                .addKeyValue(LogFields.EVENT_LOOPS, host.loops())
                .addKeyValue(LogFields.TRANSPORT, host.transport())
                .log("the worker is serving");
        termination.onHangUp(new HangUpOfWorker(conf, config, System::getenv, Logs::setLevel));
        termination.awaitBlocking();
        Termination.endWithin(config.server().requestTimeout());
        LOG.info("draining: open calls may finish");
        Host.awaitBlocking(server.drain(config.server().requestTimeout())
                .onFailure(failure ->
                        LOG.error("draining failed: the process ends anyway, and open calls may be lost", failure))
                .otherwiseEmpty());
        LOG.info("the worker has ended");
        Termination.exit();
    }

    /**
     * Listens for operators and, after the warm-up calls (the exercise), for kernels. Creates the socket's folder
     * first, so that a failure is reported at once.
     */
    private void listenBlocking() {
        try {
            socket.file().makeFolderBlocking();
        } catch (IOException unusable) {
            throw CommandFailure.failed(String.valueOf(unusable.getMessage()));
        }
        startBlocking(
                this::listenForOperators,
                List.of(new Listener(
                        observability.adminAddress(),
                        observability.metricsPort(),
                        "worker_core.observability.metrics_port")));
        Host.awaitBlocking(new WorkerExercise(host.vertx(), host.loops(), socket.file()).run());
        startBlocking(server::start, List.of());
        listens = true;
    }

    /** Waits for a server's start; {@code listeners} are the ports that it opens. */
    private static void startBlocking(Supplier<Future<?>> server, List<Listener> listeners) {
        try {
            Host.awaitBlocking(server.get());
        } catch (RuntimeException failure) {
            Throwable cause = failure.getCause() == null ? failure : failure.getCause();
            throw CommandFailure.failed(ListenFailures.explain(cause, listeners));
        }
    }

    /** Ends the process, because the thread of a stuck loop cannot be stopped. A supervisor restarts the process. */
    private static void endBlocking(StuckLoop loop) {
        Watchdogs.log(loop, "the worker ends: an event loop is stuck");
        Termination.abort();
    }

    private Future<?> listenForOperators() {
        return config.observability().metricsEnabled() ? admin.listen(observability) : Future.succeededFuture();
    }

    private Future<Readiness> readiness() {
        List<String> notes = new ArrayList<>();
        worker.health()
                .unhealthyPolicies()
                .forEach((policy, because) -> notes.add("policy '" + policy + "' is unhealthy: " + because));
        return Future.succeededFuture(new Readiness(problems(), notes));
    }

    private List<String> problems() {
        if (worker.isDraining()) {
            return List.of("the worker is shutting down");
        }
        return notStarted();
    }

    private List<String> notStarted() {
        return listens
                ? List.of()
                : List.of("before it listens, the worker sends itself warm-up requests (the exercise), for "
                        + WorkerExercise.LIMIT.toSeconds() + " s at most");
    }
}
