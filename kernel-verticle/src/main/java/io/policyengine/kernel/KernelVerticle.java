package io.policyengine.kernel;

import io.micrometer.core.instrument.Counter;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.policyengine.core.async.OffLoop;
import io.policyengine.core.coding.ContentCodings;
import io.policyengine.core.config.EngineConfig;
import io.policyengine.core.config.KernelConfig;
import io.policyengine.core.config.ServerConfig;
import io.policyengine.core.net.UnixSocket;
import io.policyengine.core.time.Ticker;
import io.policyengine.kernel.admin.AdminServer;
import io.policyengine.kernel.admin.Readiness;
import io.policyengine.kernel.admin.access.AuditLog;
import io.policyengine.kernel.admin.access.Tokens;
import io.policyengine.kernel.admin.api.ApiRoutes;
import io.policyengine.kernel.admin.api.ManagementApi;
import io.policyengine.kernel.extproc.ExtProcVerticle;
import io.policyengine.kernel.extproc.KernelContext;
import io.policyengine.kernel.generation.Generation;
import io.policyengine.kernel.generation.Generations;
import io.policyengine.kernel.history.History;
import io.policyengine.kernel.history.StoredOverrides;
import io.policyengine.kernel.metrics.KernelMeters;
import io.policyengine.kernel.plan.RoutePlan;
import io.policyengine.kernel.reload.KernelStart;
import io.policyengine.kernel.reload.ReloadCoordinator;
import io.policyengine.kernel.worker.Worker;
import io.policyengine.kernel.worker.registry.WorkerConnectors;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServer;
import io.vertx.core.internal.ContextInternal;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The kernel: serves Envoy, knows which chain belongs to which route and which worker runs which policy. Runs no policy code.
 *
 * <p>Its own event loop keeps the registry of workers and the generations; exchanges run on the loops of {@link
 * ExtProcVerticle}. Undeploying drains: no new exchange, those under way may finish within {@code server.drain_timeout_ms}.
 */
public final class KernelVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(KernelVerticle.class);
    /** Long enough to free a disk that is full, and to fill no log. */
    private static final Duration SAVE_AGAIN_AFTER = Duration.ofMinutes(1);

    private static final Duration SAVE_AT_THE_END_WITHIN = Duration.ofSeconds(5);

    private final ServerConfig server;
    private final Function<String, @Nullable String> environment;
    private final WorkerConnectors connectors;
    private final Consumer<EngineConfig> applied;
    private final PrometheusMeterRegistry metrics;
    private final int loops;
    private final AdminServer admin;
    private final InstantSource clock;
    private final List<ExtProcVerticle> servers = new ArrayList<>();

    /** What to start with; later it would only take memory. */
    private @Nullable KernelStart first;

    private @Nullable Generations generations;
    private @Nullable ReloadCoordinator reloads;
    private @Nullable KernelContext shared;
    private @Nullable Tokens tokens;
    private @Nullable StoredOverrides storedOverrides;
    private @Nullable Future<Void> drained;
    private final ServedRoutes servedRoutes = new ServedRoutes();
    private UnixSocket.@Nullable Bound socket;
    private boolean draining;

    /**
     * A kernel to be deployed.
     *
     * @param environment what <code>${env:NAME}</code> stands for
     * @param applied told of each configuration that is put into force after the first
     * @param loops event loops that serve Envoy
     * @param notLive why the process should be started again, for people; empty if it need not. Asked on any thread
     */
    public KernelVerticle(
            KernelStart start,
            Function<String, @Nullable String> environment,
            WorkerConnectors connectors,
            Consumer<EngineConfig> applied,
            PrometheusMeterRegistry metrics,
            int loops,
            Supplier<List<String>> notLive) {
        this(start, environment, connectors, applied, metrics, loops, notLive, InstantSource.system());
    }

    /** One whose overrides end by this clock. */
    KernelVerticle(
            KernelStart start,
            Function<String, @Nullable String> environment,
            WorkerConnectors connectors,
            Consumer<EngineConfig> applied,
            PrometheusMeterRegistry metrics,
            int loops,
            Supplier<List<String>> notLive,
            InstantSource clock) {
        this.first = start;
        this.server = start.config().kernel().server();
        this.environment = environment;
        this.connectors = connectors;
        this.applied = applied;
        this.metrics = metrics;
        this.loops = loops;
        this.clock = clock;
        this.admin = new AdminServer(metrics, notLive, this::askReadiness);
    }

    @Override
    public Future<?> start() {
        KernelStart start = Objects.requireNonNull(first, "deployed once");
        first = null;
        KernelConfig config = start.config().kernel();
        KernelMeters meters = new KernelMeters(metrics);
        Generations made = new Generations(vertx, connectors, meters, clock, RandomGenerator.getDefault(), firstId());
        ReloadCoordinator coordinator = new ReloadCoordinator(
                vertx,
                start.found(),
                environment,
                made,
                new History(vertx, start.kept(), meters, SAVE_AGAIN_AFTER, SAVE_AT_THE_END_WITHIN),
                connectors,
                meters,
                clock);
        KernelContext common = new KernelContext(
                config.limits(), made, Ticker.SYSTEM, () -> UUID.randomUUID().toString(), firstId(), meters);
        coordinator.onRead(common::readAnew);
        Counter guarded = meters.guardedResets();
        StoredOverrides aside = new StoredOverrides(start.kept(), start.found().directory());
        made.keep(aside.overrides());
        Tokens known = new Tokens(config.observability(), start.found().directory());
        admin.serve(new ApiRoutes(
                new ManagementApi(vertx, made, coordinator, aside, clock),
                context,
                known,
                new AuditLog(Ticker.SYSTEM),
                meters));
        tokens = known;
        storedOverrides = aside;
        shared = common;
        generations = made;
        reloads = coordinator;
        made.onSwap(generation -> {
            common.apply(generation.config().kernel().limits());
            applied.accept(generation.config());
            servedRoutes.note(generation);
        });
        return OffLoop.call(vertx, ContentCodings::loadLibrariesBlocking)
                .onSuccess(problems ->
                        problems.forEach(problem -> LOG.atWarn().log("a content coding cannot be opened: {}", problem)))
                .compose(_ -> coordinator.start(start))
                .compose(_ -> listenForOperators(config))
                .compose(_ -> serve(server, common, guarded::increment))
                .recover(failure -> closeRest().transform(_ -> Future.failedFuture(failure)));
    }

    /** The time, with room for a million ids a millisecond: a restarted kernel never gives an id again. */
    private static long firstId() {
        return InstantSource.system().millis() << 20;
    }

    /** The admin server's event loop is not this one: what follows belongs here. */
    private Future<?> listenForOperators(KernelConfig config) {
        Promise<AdminServer> here = ((ContextInternal) context).promise();
        admin.listen(config.observability()).onComplete(here);
        return here.future();
    }

    private Future<?> serve(ServerConfig config, KernelContext common, Runnable guarded) {
        String path = config.socketPath();
        if (path == null) {
            // A negative port is a random one that all instances share.
            int port = config.port() == 0 ? -1 : config.port();
            return deploy(common, server -> server.listen(port, config.address()), guarded);
        }
        return UnixSocket.withMode(path, config.socketMode())
                .withGroup(config.socketGroup())
                .listen(vertx, address -> deploy(common, server -> server.listen(address), guarded))
                .onSuccess(bound -> socket = bound);
    }

    private Future<String> deploy(
            KernelContext shared, Function<HttpServer, Future<HttpServer>> listen, Runnable guarded) {
        return vertx.deployVerticle(
                () -> {
                    ExtProcVerticle instance =
                            new ExtProcVerticle(shared, server, listen, this::drain, guarded, this::askReady);
                    servers.add(instance);
                    return instance;
                },
                new DeploymentOptions().setInstances(loops));
    }

    /**
     * Drains: not ready any more, no new exchange; completes when those under way are over or their time is. May be called from
     * anywhere, also before undeploying.
     */
    public Future<Void> drain() {
        Promise<Void> done = Promise.promise();
        context.runOnContext(_ -> drainServers().onComplete(done));
        return done.future();
    }

    private Future<Void> drainServers() {
        draining = true;
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
        if (reloads != null) {
            all.add(reloads.close());
            all.add(reloads.history().close());
        }
        if (generations != null) {
            all.add(generations.registry().close());
        }
        all.add(admin.close());
        return Future.join(all);
    }

    /** How the configuration changes; once the kernel is deployed. */
    public ReloadCoordinator reloads() {
        return Objects.requireNonNull(reloads, "the kernel is not deployed");
    }

    /** The port that Envoy reaches; 0 on a Unix domain socket. */
    public int port() {
        return servers.isEmpty() ? 0 : servers.getFirst().port();
    }

    /** The port of metrics and health. */
    public int adminPort() {
        return admin.port();
    }

    /** Exchanges under way. */
    public int activeExchanges() {
        return shared == null ? 0 : shared.active();
    }

    /** Bytes that messages of exchanges hold, of {@code limits.max_buffered_bytes}. */
    public long bufferedBytes() {
        return shared == null ? 0 : shared.bufferedBytes();
    }

    private Future<Readiness> askReadiness() {
        Promise<Readiness> answer = Promise.promise();
        context.runOnContext(_ -> answer.complete(new Readiness(notReady(), notes())));
        return answer.future();
    }

    private Future<Boolean> askReady() {
        return askReadiness().map(Readiness::isReady);
    }

    /** What people should know though the kernel may be ready. */
    private List<String> notes() {
        Set<String> notes = new LinkedHashSet<>();
        if (reloads != null) {
            notes.addAll(reloads.remarks());
        }
        Generation current = generations == null ? null : generations.current();
        if (current != null && generations != null) {
            notes.addAll(generations.registry().policyRemarks());
            notes.addAll(generations.registry().remarks());
            Map<String, String> unavailableReasons = generations.registry().unavailableReasons();
            current.plans().stream()
                    .filter(plan -> servedRoutes.isExpendable(current, plan))
                    .forEach(plan -> notes.addAll(missing(plan, unavailableReasons)));
        }
        if (shared != null) {
            notes.addAll(shared.remarks());
        }
        if (tokens != null) {
            notes.addAll(tokens.failures());
        }
        if (storedOverrides != null && storedOverrides.areLostAtTheEnd()) {
            notes.add(
                    "overrides are kept in memory only, and lost when the kernel ends: start it with a state directory (--state)");
        }
        return List.copyOf(notes);
    }

    /** What keeps the kernel from being ready, for people; empty if it is. */
    private List<String> notReady() {
        if (draining) {
            return List.of("the kernel is draining");
        }
        Generation current = generations == null ? null : generations.current();
        if (current == null || generations == null) {
            return List.of("no generation is active yet");
        }
        servedRoutes.note(current);
        Set<String> problems = new LinkedHashSet<>();
        String obstacle = current.report().obstacle();
        if (obstacle != null) {
            problems.add(obstacle);
        }
        Map<String, String> unavailableReasons = generations.registry().unavailableReasons();
        current.plans().stream()
                .filter(plan -> !servedRoutes.isExpendable(current, plan))
                .forEach(plan -> problems.addAll(missing(plan, unavailableReasons)));
        return List.copyOf(problems);
    }

    /**
     * What a route has to wait for, for people; empty if it need not.
     *
     * @param unavailableReasons why workers cannot be called, by name
     */
    private static List<String> missing(RoutePlan plan, Map<String, String> unavailableReasons) {
        Worker worker = plan.missingWorker();
        if (worker != null) {
            return List.of("worker '" + worker + "' cannot be called: " + unavailableReasons.get(worker.name()));
        }
        RoutePlan.Refusal refusal = plan.refusal();
        if (refusal == null || !plan.isAwaited()) {
            return List.of();
        }
        List<String> missing = new ArrayList<>();
        unavailableReasons.forEach((name, why) -> missing.add("worker '" + name + "' has not answered yet: " + why));
        missing.add(refusal.reason());
        return missing;
    }
}
