package io.policyengine.app.engine;

import io.policyengine.admin.KernelAdmin;
import io.policyengine.admin.view.BuildView;
import io.policyengine.app.command.CommandFailure;
import io.policyengine.app.command.Version;
import io.policyengine.app.engine.ListenFailures.Listener;
import io.policyengine.app.exercise.ExerciseConf;
import io.policyengine.app.exercise.StandardExercise;
import io.policyengine.app.log.Logs;
import io.policyengine.app.process.MemoryCheck;
import io.policyengine.app.process.MemoryDump;
import io.policyengine.app.process.Termination;
import io.policyengine.core.config.KernelConfig;
import io.policyengine.core.config.ServerConfig;
import io.policyengine.core.log.LogFields;
import io.policyengine.core.memory.MemoryPlan;
import io.policyengine.core.memory.ProcessMemory;
import io.policyengine.kernel.KernelHost;
import io.policyengine.kernel.KernelVerticle;
import io.policyengine.kernel.ProcessResources;
import io.policyengine.kernel.generation.Origin;
import io.policyengine.kernel.grpc.PendingConnections;
import io.policyengine.kernel.history.GenerationStore;
import io.policyengine.kernel.reload.KernelStart;
import io.policyengine.kernel.reload.OnBadConfig;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The process of the commands {@code run} and {@code kernel}, which runs a kernel and its embedded workers. */
public final class KernelProcess {
    private static final Logger LOG = LoggerFactory.getLogger("io.policyengine.kernel.process");

    private final Host host;
    private final KernelVerticle kernel;
    private final String deployment;
    private final ServerConfig server;

    private KernelProcess(Host host, KernelVerticle kernel, String deployment, ServerConfig server) {
        this.host = host;
        this.kernel = kernel;
        this.deployment = deployment;
        this.server = server;
    }

    /**
     * Serves until SIGTERM. Then reports that it is not ready, drains, and ends the process.
     *
     * @throws CommandFailure if the kernel cannot start
     */
    public static void runBlocking(Conf conf, StateDirectory state, Placement placement, OnBadConfig onBadConfig) {
        MemoryCheck.refuse(ProcessMemory.HERE);
        Termination termination = Termination.install();
        // A local variable here would keep the initial configuration in memory until the end.
        KernelProcess process = startBlocking(new FirstConfiguration(conf, state, placement, onBadConfig));
        termination.onHangUp(() -> process.kernel.reloads().reload(Origin.SIGNAL));
        process.awaitEndBlocking(termination);
    }

    /**
     * Starts an engine without clients, lets it send itself warm-up requests (the exercise), shuts it down, and ends
     * this process.
     *
     * @throws CommandFailure if the engine cannot start
     */
    public static void exerciseBlocking() {
        ExerciseConf files = ExerciseConf.writeBlocking();
        Conf conf = Conf.named(files.directory());
        KernelProcess process = startBlocking(new FirstConfiguration(
                conf, StateDirectory.of(files.state(), conf), Placement.EMBEDDED, OnBadConfig.FAIL));
        Host.awaitBlocking(process.kernel.firstReady());
        Host.awaitBlocking(process.host.vertx().undeploy(process.deployment));
        files.deleteBlocking();
        Termination.exit();
    }

    private static KernelProcess startBlocking(FirstConfiguration first) {
        KernelStart start = first.chooseBlocking();
        KernelConfig config = start.config().kernel();
        MemoryCheck.warn(ProcessMemory.HERE, LOG);
        GenerationStore store = start.kept().store();
        if (store != null) {
            MemoryDump.enableBlocking(store.directory(), "kernel");
        }
        Host host = Host.start(PendingConnections::ofServers);
        KernelWatch watch = new KernelWatch(host);
        AtomicInteger routes = new AtomicInteger();
        KernelVerticle kernel = new KernelVerticle(start, kernelHost(first, host, watch, routes));
        watch.watch(kernel.adminVertx(), config.observability().stuckLoopTimeout());
        try {
            String deployment = Host.awaitBlocking(host.vertx().deployVerticle(kernel));
            LOG.info(
                    "memory: {}",
                    MemoryPlan.HERE.describe(
                            start.config().values(), config.limits().maxExchanges()));
            logServing(first, store, config.server(), host, kernel);
            ReadyLine line = new ReadyLine(
                    listenerOf(config.server(), kernel), config.observability().adminAddress(), kernel.adminPort());
            kernel.firstReady().onSuccess(exercised -> logReady(exercised, line.of(routes.get())));
            return new KernelProcess(host, kernel, deployment, config.server());
        } catch (RuntimeException failure) {
            throw CommandFailure.failed(ListenFailures.explain(rootOf(failure), listeners(config)));
        }
    }

    /**
     * Returns the parts of this process that the kernel needs; {@code routes} receives the number of route policies.
     */
    private static KernelHost kernelHost(FirstConfiguration first, Host host, KernelWatch watch, AtomicInteger routes) {
        return new KernelHost(
                System::getenv,
                new PlacedWorkers(
                        host,
                        first.conf(),
                        first.placement(),
                        SocketDirectory.ofProcessBlocking(),
                        watch,
                        new LongAdder()),
                active -> {
                    Logs.setLevel(active.kernel().observability().logLevel());
                    routes.set(active.routes().size());
                },
                new ProcessResources(host.metrics(), host.work(), host.loops(), InstantSource.system()),
                watch::stuckLoops,
                KernelAdmin.with(Logs.components(), new BuildView(Version.text(), Version.commit(), Version.java())),
                new StandardExercise(host.vertx(), host.loops()));
    }

    private void awaitEndBlocking(Termination termination) {
        termination.awaitBlocking();
        Termination.endWithin(server.drainDelay().plus(server.drainTimeout()));
        LOG.info(
                "no longer ready: the kernel keeps serving for {} ms while new exchanges move to other instances",
                server.drainDelay().toMillis());
        Host.awaitBlocking(kernel.announceEnd());
        LOG.info("draining: open exchanges may finish");
        Host.awaitBlocking(kernel.drain()
                .onFailure(failure ->
                        LOG.error("draining failed: the process ends anyway, and open exchanges may be lost", failure))
                .eventually(() -> host.vertx().undeploy(deployment))
                .otherwiseEmpty());
        LOG.info("the kernel has ended");
        Termination.exit();
    }

    private static Throwable rootOf(RuntimeException failure) {
        return failure instanceof java.util.concurrent.CompletionException && failure.getCause() != null
                ? failure.getCause()
                : failure;
    }

    private static void logServing(
            FirstConfiguration first,
            @Nullable GenerationStore store,
            ServerConfig server,
            Host host,
            KernelVerticle kernel) {
        LOG.atInfo()
                .addKeyValue(LogFields.VERSION, Version.text())
                .addKeyValue(LogFields.COMMIT, Version.commit())
                .addKeyValue(
                        LogFields.CONF,
                        first.conf().directory().toAbsolutePath().normalize())
                .addKeyValue(
                        LogFields.STATE,
                        store == null ? "in memory" : store.directory().toAbsolutePath())
                .addKeyValue(LogFields.LISTENER, listenerOf(server, kernel))
                .addKeyValue(LogFields.PORT, kernel.port())
                .addKeyValue(LogFields.METRICS_PORT, kernel.adminPort())
                .addKeyValue(LogFields.EVENT_LOOPS, host.loops())
                .addKeyValue(LogFields.TRANSPORT, host.transport())
                .log("the kernel is serving");
    }

    private static String listenerOf(ServerConfig server, KernelVerticle kernel) {
        String socket = server.socketPath();
        return socket == null ? server.address() + ":" + kernel.port() : socket;
    }

    private static void logReady(Duration exercised, String where) {
        long uptime = ManagementFactory.getRuntimeMXBean().getUptime();
        LOG.atInfo()
                .addKeyValue(LogFields.DURATION_MS, uptime)
                .log(
                        "ready {} ms after the start of the process, including {} ms for warm-up requests (the "
                                + "exercise): {}",
                        uptime,
                        exercised.toMillis(),
                        where);
    }

    private static List<Listener> listeners(KernelConfig config) {
        List<Listener> listeners = new ArrayList<>();
        listeners.add(new Listener(
                config.observability().adminAddress(),
                config.observability().metricsPort(),
                "policy_kernel.observability.metrics_port"));
        if (config.server().socketPath() == null) {
            listeners.add(
                    new Listener(config.server().address(), config.server().port(), "policy_kernel.server.port"));
        }
        return listeners;
    }
}
