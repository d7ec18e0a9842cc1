package io.policyengine.app.exercise;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.policyengine.app.exercise.Repertoire.Piece;
import io.policyengine.core.config.EngineConfig;
import io.policyengine.core.time.Ticker;
import io.policyengine.core.work.executor.Executor;
import io.policyengine.core.worker.WorkerConnector;
import io.policyengine.kernel.exercise.Exercise;
import io.policyengine.policies.StandardPolicies;
import io.policyengine.testkit.envoy.EnvoySim;
import io.policyengine.testkit.envoy.RunningExchange;
import io.policyengine.testkit.envoy.SimResult;
import io.policyengine.testkit.envoy.Upstream;
import io.policyengine.testkit.envoy.model.FilterConfig;
import io.policyengine.worker.EmbeddedWorker;
import io.policyengine.worker.LocalWorker;
import io.policyengine.worker.PolicyRegistry;
import io.policyengine.worker.WorkerOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.SocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The exercise by the standard policies, in a worker with meters and states of its own, and by the simulator of Envoy.
 *
 * <p>Each request is sent twice on each event loop, then again until all have been sent {@link #TIMES} times or {@link #ENOUGH} is over:
 * the first time loads classes, which costs most, the others let the JVM compile what is used.
 */
public final class StandardExercise implements Exercise {
    private static final int TIMES = 20;
    private static final Duration ENOUGH = Duration.ofMillis(500);
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Vertx vertx;
    private final int loops;
    private final EngineConfig config = Repertoire.config();
    private final Executor work = Executor.ofProcess(new SimpleMeterRegistry());
    private final List<EnvoySim> envoys = new ArrayList<>();
    private final Set<RunningExchange> underWay = new HashSet<>();
    private boolean closed;

    /**
     * One for a kernel.
     *
     * @param loops event loops that serve: each is exercised
     */
    public StandardExercise(Vertx vertx, int loops) {
        this.vertx = vertx;
        this.loops = loops;
    }

    @Override
    public EngineConfig config() {
        return config;
    }

    @Override
    public Executor work() {
        return work;
    }

    @Override
    public List<WorkerConnector> workers() {
        return List.of(new EmbeddedWorker(worker()));
    }

    private LocalWorker worker() {
        WorkerOptions defaults = WorkerOptions.defaults(Repertoire.WORKER, Repertoire.WORKER, Path.of("."));
        WorkerOptions patient = new WorkerOptions(
                defaults.name(),
                defaults.version(),
                defaults.confDirectory(),
                defaults.maxConcurrentRequests(),
                PATIENCE,
                PATIENCE,
                true,
                defaults.limits(),
                defaults.policySettings(),
                defaults.secrets());
        return new LocalWorker(
                vertx,
                patient,
                PolicyRegistry.of(StandardPolicies.all()),
                new SimpleMeterRegistry(),
                InstantSource.system(),
                Ticker.SYSTEM,
                work);
    }

    @Override
    public Future<Integer> exchange(SocketAddress listener, Map<String, String> initialMetadata) {
        long enough = Ticker.SYSTEM.nanoTime() + ENOUGH.toNanos();
        List<Future<Integer>> all = new ArrayList<>();
        for (Piece piece : Repertoire.pieces()) {
            EnvoySim envoy = envoy(listener, piece.route(), initialMetadata);
            envoys.add(envoy);
            all.add(repeat(envoy, piece, 1, enough));
        }
        return Future.all(all)
                .map(times -> times.<Integer>list().stream()
                        .mapToInt(Integer::intValue)
                        .map(each -> each * loops)
                        .sum());
    }

    private EnvoySim envoy(SocketAddress listener, String route, Map<String, String> initialMetadata) {
        FilterConfig filter = FilterConfig.builder()
                .routeName(route)
                .responseAttribute("response.code_details", "via_upstream")
                .allowModeOverride(true)
                .messageTimeout(PATIENCE)
                .initialMetadata(initialMetadata)
                .build();
        // The kernel's event loops take connections in turn.
        return EnvoySim.builder(vertx)
                .target(listener)
                .connections(loops)
                .filter(filter)
                .build();
    }

    /** Each time one exchange on each connection; completes with how many times it was. */
    private Future<Integer> repeat(EnvoySim envoy, Piece piece, int times, long enough) {
        List<Future<?>> exchanges = new ArrayList<>();
        for (int i = 0; i < loops; i++) {
            exchanges.add(exchange(envoy, piece));
        }
        return Future.all(exchanges).compose(_ -> {
            boolean isEnough = times >= TIMES || (times > 1 && Ticker.SYSTEM.nanoTime() - enough >= 0);
            return isEnough ? Future.succeededFuture(times) : repeat(envoy, piece, times + 1, enough);
        });
    }

    private Future<?> exchange(EnvoySim envoy, Piece piece) {
        if (closed) {
            return Future.failedFuture("given up");
        }
        RunningExchange exchange = envoy.start(piece.request(), Upstream.replying(piece.response()));
        underWay.add(exchange);
        return exchange.result().map(result -> {
            underWay.remove(exchange);
            if (result.status() != piece.status()) {
                throw new IllegalStateException("a request to route '" + piece.route() + "' was answered with "
                        + result.status() + " instead of " + piece.status() + " (" + result.details() + ")");
            }
            return result;
        });
    }

    /** Ends exchanges before their connections. */
    @Override
    public Future<Void> close() {
        closed = true;
        List<Future<SimResult>> last =
                underWay.stream().map(exchange -> exchange.hangUp().result()).toList();
        return Future.join(last)
                .eventually(() ->
                        Future.join(envoys.stream().map(EnvoySim::shutdown).toList()))
                .mapEmpty();
    }
}
