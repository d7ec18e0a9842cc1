package io.policyengine.app.simulation;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.policyengine.app.simulation.net.VirtualMachine;
import io.policyengine.worker.LocalWorker;
import io.policyengine.worker.WorkerOptions;
import io.policyengine.worker.server.WorkerServer;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A place where a worker's process runs, or not: it can die, stand still, go and come back. */
final class SimulatedReplica {
    private final Stage stage;
    private final VirtualMachine machine;
    private final String worker;
    private final String name;
    private final Path socket;
    private @Nullable WorkerServer running;
    private Future<Void> started = Future.succeededFuture();
    private Future<Void> closed = Future.succeededFuture();

    SimulatedReplica(Stage stage, String worker, String name) {
        this.stage = stage;
        this.machine = stage.machine();
        this.worker = worker;
        this.name = name;
        this.socket = stage.directory().resolve(name);
    }

    String worker() {
        return worker;
    }

    String name() {
        return name;
    }

    String socket() {
        return socket.toString();
    }

    /** Starts a process; does nothing while one runs. */
    Future<Void> start() {
        if (running != null) {
            return Future.succeededFuture();
        }
        // Without a registry in it, it measures nothing.
        MeterRegistry metrics = new CompositeMeterRegistry();
        LocalWorker local = new LocalWorker(
                machine.vertx(),
                WorkerOptions.defaults(worker, "1.0.0", stage.directory())
                        .withPolicySettings(StampingPolicy.settings(worker, name)),
                stage.policies(worker),
                metrics,
                () -> Instant.EPOCH,
                machine.ticker());
        WorkerServer server = new WorkerServer(machine.vertx(), local, socket(), 1, metrics, Duration.ofSeconds(10));
        running = server;
        Promise<Void> listens = Promise.promise();
        // Not on the context of a process that is gone.
        closed.onComplete(_ -> machine.after(0, () -> server.start().onComplete(listens)));
        started = listens.future();
        return started;
    }

    /** The process dies. */
    void kill() {
        WorkerServer dead = running;
        if (dead != null && started.isComplete()) {
            running = null;
            machine.network().kill(socket());
            delete(socket);
            closed = closed.eventually(dead::close);
        }
    }

    /** The process ends as by SIGTERM. */
    void drain() {
        WorkerServer leaving = running;
        if (leaving != null && started.isComplete()) {
            running = null;
            closed = closed.eventually(() -> leaving.drain(Duration.ofMillis(200)));
        }
    }

    /** The process stands still, or goes on. */
    void stall(boolean on) {
        machine.network().stall(socket(), on);
    }

    /** Its connections are lost. */
    void cut() {
        machine.network().cut(socket());
    }

    /** Frees everything. */
    Future<Void> close() {
        WorkerServer last = running;
        running = null;
        return last == null ? closed : started.eventually(() -> closed).eventually(last::close);
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException unexpected) {
            throw new UncheckedIOException(unexpected);
        }
    }
}
