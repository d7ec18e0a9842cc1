package io.policyengine.kernel;

import io.policyengine.core.admin.AdminRoutes;
import io.policyengine.core.admin.AdminServer;
import io.policyengine.core.admin.Readiness;
import io.policyengine.core.async.OffLoop;
import io.policyengine.core.coding.ContentCodings;
import io.policyengine.core.config.KernelConfig;
import io.policyengine.core.config.ServerConfig;
import io.policyengine.core.net.UnixSocket;
import io.policyengine.core.time.Ticker;
import io.policyengine.core.vertx.Contexts;
import io.policyengine.kernel.account.MemoryAccount;
import io.policyengine.kernel.exercise.Exercise;
import io.policyengine.kernel.exercise.SelfExercise;
import io.policyengine.kernel.extproc.ExerciseMark;
import io.policyengine.kernel.extproc.ExtProcVerticle;
import io.policyengine.kernel.extproc.KernelContext;
import io.policyengine.kernel.generation.Generations;
import io.policyengine.kernel.grpc.ConnectionBudget;
import io.policyengine.kernel.history.History;
import io.policyengine.kernel.history.StoredOverrides;
import io.policyengine.kernel.metrics.KernelMeters;
import io.policyengine.kernel.recorder.ExchangeObservers;
import io.policyengine.kernel.reload.KernelStart;
import io.policyengine.kernel.reload.ReloadCoordinator;
import io.policyengine.kernel.spans.Tracing;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.net.SocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The kernel: serves Envoy, selects the chain of each route and the worker of each policy. Runs no policy code.
 *
 * <p>The registry of workers and the generations are confined to its own event loop; exchanges run on the loops of
 * {@link ExtProcVerticle}. Undeploying drains: no new exchange starts, and active ones may finish within {@code
 * server.drain_timeout_ms}.
 */
public final class KernelVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(KernelVerticle.class);
    /** The pause before a failed save is retried. It is long enough that retries on a full disk do not fill the log. */
    private static final Duration SAVE_AGAIN_AFTER = Duration.ofMinutes(1);

    /** The interval at which readiness is checked until the kernel is ready for the first time. */
    private static final Duration LOOK_WHETHER_READY = Duration.ofMillis(500);

    private static final Duration SAVE_AT_THE_END_WITHIN = Duration.ofSeconds(5);

    private final KernelHost host;
    private final ServerConfig server;
    private final AdminServer admin;
    private final ExerciseMark exerciseMark = new ExerciseMark();
    private final List<ExtProcVerticle> servers = new ArrayList<>();

    /** The configuration to start with; null after the start. */
    private @Nullable KernelStart first;

    private volatile @Nullable Parts parts;
    private final Promise<Duration> ready = Promise.promise();
    private @Nullable SelfExercise exercise;
    private boolean isEnding;
    private @Nullable Future<Void> drained;
    private UnixSocket.@Nullable Bound socket;

    private record Parts(
            Generations generations,
            ReloadCoordinator reloads,
            KernelContext context,
            KernelReadiness readiness,
            Management management,
            Tracing tracing) {}

    public KernelVerticle(KernelStart start, KernelHost host) {
        this.first = start;
        this.host = host;
        this.server = start.config().kernel().server();
        this.admin = new AdminServer(host.metrics()::expose, host.notLive(), this::notStarted, this::askReadiness);
    }

    @Override
    public Future<?> start() {
        KernelStart start = Objects.requireNonNull(first, "deployed once");
        first = null;
        KernelConfig config = start.config().kernel();
        KernelMeters meters = new KernelMeters(host.metrics());
        Parts made = make(start, meters);
        parts = made;
        return OffLoop.call(vertx, ContentCodings::loadLibrariesBlocking)
                .onSuccess(problems -> problems.forEach(problem -> LOG.atWarn()
                        .log(
                                "policies cannot read bodies with a content coding that is unavailable on this"
                                        + " machine: {}",
                                problem)))
                .compose(_ -> made.reloads().start(start))
                .compose(_ -> listenForOperators(config))
                .compose(_ -> serve(made.context(), ConnectionBudget.ofProcess(host.metrics())))
                .onSuccess(_ -> exercise(made.readiness()))
                .recover(failure -> closeRest().transform(_ -> Future.failedFuture(failure)));
    }

    private Parts make(KernelStart start, KernelMeters meters) {
        KernelConfig config = start.config().kernel();
        Generations generations = new Generations(
                vertx, host.connectors(), meters, host.clock(), RandomGenerator.getDefault(), firstId());
        ReloadCoordinator reloads = new ReloadCoordinator(
                vertx,
                start.found(),
                host.environment(),
                generations,
                new History(vertx, start.kept(), meters, SAVE_AGAIN_AFTER, SAVE_AT_THE_END_WITHIN),
                host.connectors(),
                meters,
                host.clock());
        StoredOverrides storedOverrides =
                new StoredOverrides(start.kept(), start.found().directory());
        generations.keep(storedOverrides.overrides());
        Management management = manage(start, generations, reloads, storedOverrides, meters);
        Tracing tracing = new Tracing(RandomGenerator.getDefault().nextLong());
        tracing.apply(config.observability().tracing());
        meters.traceSpans(tracing.counts());
        ExchangeObservers observers = ExchangeObservers.of(List.of(management.observers(), tracing));
        KernelContext common = new KernelContext(
                start.config(),
                generations::pinCurrent,
                firstId(),
                new KernelContext.Effects(
                        Ticker.SYSTEM,
                        host.clock(),
                        () -> UUID.randomUUID().toString(),
                        host.work(),
                        host.connectors()::unsentBytes),
                new KernelContext.Observation(meters, tracing, observers));
        reloads.onRead(common::reread);
        KernelReadiness readiness =
                new KernelReadiness(generations, reloads, common, management, storedOverrides, Ticker.SYSTEM);
        generations.onSwap(generation -> {
            common.apply(generation.config());
            tracing.apply(generation.config().kernel().observability().tracing());
            host.applied().accept(generation.config());
            readiness.note(generation);
        });
        return new Parts(generations, reloads, common, readiness, management, tracing);
    }

    private Management manage(
            KernelStart start,
            Generations generations,
            ReloadCoordinator reloads,
            StoredOverrides storedOverrides,
            KernelMeters meters) {
        Management management = host.management()
                .manage(new ManagedKernel(
                        host.resources(),
                        vertx,
                        start.config().kernel().observability(),
                        start.found().directory(),
                        generations,
                        reloads,
                        storedOverrides,
                        meters));
        admin.scrapeWith(new WorkerScrape(context, generations, host.metrics(), meters)::prepare);
        AdminRoutes routes = management.routes();
        if (routes != null) {
            admin.serve(routes);
        }
        return management;
    }

    /**
     * Returns the first id for chains and for exchanges: the current time in milliseconds, shifted to leave a million
     * ids for each millisecond. A restarted kernel thus never reuses an id.
     */
    private static long firstId() {
        return InstantSource.system().millis() << 20;
    }

    /** Starts the admin server on its own event loop. The future completes on the kernel's event loop. */
    private Future<?> listenForOperators(KernelConfig config) {
        Promise<AdminServer> here = Contexts.promise(context);
        admin.listen(config.observability()).onComplete(here);
        return here.future();
    }

    private Future<?> serve(KernelContext common, ConnectionBudget budget) {
        String path = server.socketPath();
        if (path == null) {
            // A negative port is a random one that all instances share.
            int port = server.port() == 0 ? -1 : server.port();
            return deploy(common, http -> http.listen(port, server.address()), budget);
        }
        return UnixSocket.withMode(path, server.socketMode())
                .withGroup(server.socketGroup())
                .listen(vertx, address -> deploy(common, http -> http.listen(address), budget))
                .onSuccess(bound -> socket = bound);
    }

    private Future<String> deploy(
            KernelContext common, Function<HttpServer, Future<HttpServer>> listen, ConnectionBudget budget) {
        return vertx.deployVerticle(
                () -> {
                    ExtProcVerticle instance = new ExtProcVerticle(
                            common, server, listen, this::drain, budget, this::askReady, exerciseMark);
                    servers.add(instance);
                    return instance;
                },
                new DeploymentOptions().setInstances(host.loops()));
    }

    /** Sends the kernel its warm-up requests. The kernel already serves, and becomes ready after them. */
    private void exercise(KernelReadiness readiness) {
        Exercise means = host.exercise();
        if (means == null) {
            readiness.exercised();
            lookWhetherReady(Duration.ZERO, true);
            return;
        }
        SelfExercise begun = new SelfExercise(vertx, means, exerciseMark);
        exercise = begun;
        begun.run(listener()).onSuccess(took -> {
            exercise = null;
            readiness.exercised();
            lookWhetherReady(took, true);
        });
    }

    /** Returns the address at which a client on this machine reaches the servers. */
    private SocketAddress listener() {
        String path = server.socketPath();
        return path != null
                ? SocketAddress.domainSocketAddress(path)
                : SocketAddress.inetSocketAddress(
                        port(),
                        switch (server.address()) {
                            case "0.0.0.0" -> "127.0.0.1";
                            case "::" -> "::1";
                            default -> server.address();
                        });
    }

    /** Checks repeatedly until the kernel is ready. If {@code isFirst}, logs the reasons why it is not ready yet. */
    private void lookWhetherReady(Duration exercised, boolean isFirst) {
        Readiness now = readiness();
        if (now.isReady()) {
            ready.tryComplete(exercised);
        } else if (!isEnding) {
            if (isFirst) {
                LOG.info("not ready yet: {}", String.join("; ", now.problems()));
            }
            vertx.setTimer(LOOK_WHETHER_READY.toMillis(), _ -> lookWhetherReady(exercised, false));
        }
    }

    /** Completes when the kernel is first ready, with the duration of its warm-up requests. */
    public Future<Duration> firstReady() {
        return ready.future();
    }

    /**
     * Reports the kernel as not ready from now on, although it still serves and accepts connections. Completes after
     * {@code server.drain_delay_ms}, by which time readiness probes have noticed. Callable on any thread.
     */
    public Future<Void> announceEnd() {
        Promise<Void> heard = Promise.promise();
        context.runOnContext(_ -> {
            isEnding = true;
            vertx.timer(Math.max(1, server.drainDelay().toMillis())).onComplete(_ -> heard.complete());
        });
        return heard.future();
    }

    /**
     * Drains: reports the kernel as not ready and starts no exchange. Completes when active exchanges have ended, or at
     * the drain timeout. Callable on any thread, also before undeploying.
     */
    public Future<Void> drain() {
        Promise<Void> done = Promise.promise();
        context.runOnContext(_ -> drainServers().onComplete(done));
        return done.future();
    }

    private Future<Void> drainServers() {
        isEnding = true;
        if (exercise != null) {
            exercise.stop();
        }
        Future<Void> under = drained;
        if (under == null) {
            under = Future.join(servers.stream().map(ExtProcVerticle::shutdown).toList())
                    .mapEmpty();
            drained = under;
        }
        return under;
    }

    @Override
    public Future<?> stop() {
        return drainServers().eventually(this::closeRest);
    }

    private Future<?> closeRest() {
        UnixSocket.Bound bound = socket;
        List<Future<?>> all = new ArrayList<>();
        if (bound != null) {
            all.add(bound.delete(vertx));
        }
        if (parts != null) {
            parts.management().close();
            all.add(parts.tracing().close());
            all.add(parts.reloads().close());
            all.add(parts.reloads().history().close());
            all.add(parts.generations().registry().close());
        }
        all.add(admin.close());
        return Future.join(all);
    }

    /**
     * The coordinator of configuration changes.
     *
     * @throws NullPointerException if the kernel is not deployed
     */
    public ReloadCoordinator reloads() {
        return Objects.requireNonNull(parts, "the kernel is not deployed").reloads();
    }

    /** The port on which the kernel serves Envoy; 0 on a Unix domain socket. */
    public int port() {
        return servers.isEmpty() ? 0 : servers.getFirst().port();
    }

    /** The port on which the admin server serves metrics and health. */
    public int adminPort() {
        return admin.port();
    }

    /** The Vert.x instance of metrics and health, separate from the kernel's own. */
    public Vertx adminVertx() {
        return admin.vertx();
    }

    public int activeExchanges() {
        return parts == null ? 0 : parts.context().active();
    }

    /** Returns the part of {@code limits.max_buffered_bytes} that exchanges hold, in bytes. */
    public long bufferedBytes() {
        return parts == null ? 0 : parts.context().account().taken();
    }

    /**
     * Returns the account of the memory that exchanges hold.
     *
     * @throws NullPointerException if the kernel is not deployed
     */
    public MemoryAccount account() {
        return Objects.requireNonNull(parts, "the kernel is not deployed")
                .context()
                .account();
    }

    private Future<Readiness> askReadiness() {
        Promise<Readiness> answer = Promise.promise();
        context.runOnContext(_ -> answer.complete(readiness()));
        return answer.future();
    }

    private Readiness readiness() {
        return parts == null
                ? Readiness.of(List.of(isEnding ? KernelReadiness.DRAINING : KernelReadiness.NO_GENERATION))
                : parts.readiness().ask(isEnding);
    }

    /** Returns human-readable reasons why the kernel has not started yet; empty once it has. */
    private List<String> notStarted() {
        Parts made = parts;
        return made == null
                ? List.of(KernelReadiness.NO_GENERATION)
                : made.readiness().notStarted();
    }

    private Future<Boolean> askReady() {
        return askReadiness().map(Readiness::isReady);
    }
}
