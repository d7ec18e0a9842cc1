package io.policyengine.it.simulation;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.policyengine.it.simulation.judge.Faults;
import io.policyengine.it.simulation.judge.Judge;
import io.policyengine.it.simulation.judge.Ledger;
import io.policyengine.it.simulation.net.VirtualMachine;
import io.policyengine.worker.LocalWorker;
import io.policyengine.worker.WorkerOptions;
import io.policyengine.worker.server.WorkerServer;
import io.policyengine.worker.server.WorkerSocket;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A place where a worker's process runs, or not: it can die, stand still, go and come back. */
final class SimulatedReplica {
    private final Stage stage;
    private final VirtualMachine machine;
    private final Actors actors;
    private final String worker;
    private final String name;
    private final Path socket;
    private final List<Incarnation> processes = new ArrayList<>();
    private @Nullable Incarnation running;
    private Future<Void> started = Future.succeededFuture();
    private Future<Void> closed = Future.succeededFuture();

    /** A worker's process, and what it is asked and told. */
    private record Incarnation(LocalWorker local, WorkerServer server, Ledger ledger) {}

    SimulatedReplica(Stage stage, Actors actors, String worker, String name) {
        this.stage = stage;
        this.machine = stage.machine();
        this.actors = actors;
        this.worker = worker;
        this.name = name;
        this.socket = stage.directory().resolve(name);
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
        String process = name + "#" + processes.size();
        // Without a registry in it, it measures nothing.
        MeterRegistry metrics = new CompositeMeterRegistry();
        LocalWorker local = new LocalWorker(
                machine.vertx(),
                WorkerOptions.defaults(worker, "1.0.0", stage.directory())
                        .with(changed -> changed.policySettings(PolicyCalls.settings(worker, process))),
                stage.policies(worker),
                metrics,
                () -> Instant.EPOCH,
                machine.ticker());
        WorkerServer server = new WorkerServer(
                machine.vertx(), local, WorkerSocket.ownersOnly(socket()), 1, metrics, Duration.ofSeconds(10));
        running = new Incarnation(local, server, actors.ledger(process, name));
        processes.add(running);
        Promise<Void> listens = Promise.promise();
        // Not on the context of a process that is gone.
        closed.onComplete(_ -> machine.after(0, () -> server.start().onComplete(listens)));
        started = listens.future();
        return started;
    }

    /** The process dies. */
    void kill() {
        Incarnation dead = running;
        if (dead != null && started.isComplete()) {
            running = null;
            processes.remove(dead);
            machine.network().kill(socket());
            delete(socket);
            closed = closed.eventually(dead.server()::close);
        }
    }

    /** The process ends as by SIGTERM. */
    void drain() {
        Incarnation leaving = running;
        if (leaving != null && started.isComplete()) {
            running = null;
            closed = closed.eventually(() -> leaving.server().drain(Duration.ofMillis(200)));
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

    /** Tells what its processes were told wrongly. What died meanwhile has kept nothing. */
    void report(Judge judge, Faults faults) {
        processes.forEach(process -> judge.note(process.ledger().violation(faults)));
    }

    /** Tells what the process that runs still holds when all is quiet. */
    void reportAtRest(Judge judge) {
        if (running != null) {
            judge.note(running.ledger().violationAtRest());
            judge.judgeChains(worker, name, running.local().preparedChains());
        }
    }

    /** Tells whose end those that have ended were not told. */
    void reportAfterwards(Judge judge) {
        processes.forEach(process -> judge.note(process.ledger().violationAtRest()));
    }

    /** Frees everything. */
    Future<Void> close() {
        Incarnation last = running;
        running = null;
        return last == null ? closed : started.eventually(() -> closed).eventually(last.server()::close);
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException unexpected) {
            throw new UncheckedIOException(unexpected);
        }
    }
}
