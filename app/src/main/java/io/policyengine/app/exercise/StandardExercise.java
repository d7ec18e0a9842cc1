package io.policyengine.app.exercise;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.policyengine.app.exercise.Repertoire.Piece;
import io.policyengine.core.config.EngineConfig;
import io.policyengine.core.work.executor.Executor;
import io.policyengine.core.worker.WorkerConnector;
import io.policyengine.kernel.exercise.Exercise;
import io.policyengine.kernel.exercise.SelfExercise;
import io.policyengine.testkit.envoy.EnvoySim;
import io.policyengine.testkit.envoy.RunningExchange;
import io.policyengine.testkit.envoy.SimResult;
import io.policyengine.testkit.envoy.Upstream;
import io.policyengine.testkit.envoy.model.FilterConfig;
import io.policyengine.testkit.envoy.model.FilterConfigBuilder;
import io.policyengine.worker.EmbeddedWorker;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The exercise of a kernel. An Envoy simulator sends requests to the kernel, whose worker runs the standard policies
 * with separate meters and state. Each request is sent several times on each event loop.
 */
public final class StandardExercise implements Exercise {
    private final Vertx vertx;
    private final int loops;
    private final EngineConfig config = Repertoire.config();
    private final Executor work = Executor.ofProcess(new SimpleMeterRegistry());
    private final List<EnvoySim> envoys = new ArrayList<>();
    private final Set<RunningExchange> underWay = new HashSet<>();
    private final Duration limit;
    private boolean closed;

    /**
     * Creates the exercise of a kernel.
     *
     * @param loops number of serving event loops; each of them is exercised
     */
    public StandardExercise(Vertx vertx, int loops) {
        this(vertx, loops, SelfExercise.LIMIT);
    }

    StandardExercise(Vertx vertx, int loops, Duration limit) {
        this.vertx = vertx;
        this.loops = loops;
        this.limit = limit;
    }

    @Override
    public Duration limit() {
        return limit;
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
        return List.of(new EmbeddedWorker(ExerciseWorker.with(vertx, work)));
    }

    @Override
    public Future<Integer> exchange(SocketAddress listener, Map<String, String> initialMetadata) {
        Repetition repetition = new Repetition();
        List<Future<Integer>> all = new ArrayList<>();
        for (Piece piece : Repertoire.pieces()) {
            EnvoySim envoy = envoy(listener, piece, initialMetadata);
            envoys.add(envoy);
            all.add(repetition.of(() -> onEachLoop(envoy, piece)));
        }
        return Future.all(all)
                .map(times -> times.<Integer>list().stream()
                        .mapToInt(Integer::intValue)
                        .map(each -> each * loops)
                        .sum());
    }

    private EnvoySim envoy(SocketAddress listener, Piece piece, Map<String, String> initialMetadata) {
        FilterConfigBuilder filter = FilterConfig.builder()
                .routeName(piece.route())
                .responseAttribute("response.code_details", "via_upstream")
                .allowModeOverride(true)
                .messageTimeout(ExerciseWorker.PATIENCE)
                .initialMetadata(initialMetadata);
        if (piece.duplex()) {
            filter.fullDuplex();
        }
        // Connections are distributed to the kernel's event loops in turn.
        return EnvoySim.builder(vertx)
                .target(listener)
                .connections(loops)
                .filter(filter.build())
                .build();
    }

    private Future<?> onEachLoop(EnvoySim envoy, Piece piece) {
        List<Future<?>> exchanges = new ArrayList<>();
        for (int i = 0; i < loops; i++) {
            exchanges.add(exchange(envoy, piece));
        }
        return Future.all(exchanges);
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
