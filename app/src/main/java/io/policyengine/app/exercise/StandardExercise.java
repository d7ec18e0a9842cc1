package io.policyengine.app.exercise;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.policyengine.app.exercise.Repertoire.Piece;
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
 * The exercise of a kernel: warm-up requests before the kernel becomes ready. An Envoy simulator sends requests to the
 * kernel, whose worker runs the standard policies with separate meters and state. Each request is sent several times on
 * each event loop. Then many new connections are opened at once: first to event loops that admit their requests, then
 * to event loops that refuse most of them.
 */
public final class StandardExercise implements Exercise {
    /** The number of connections that are opened at once. */
    private static final int BURST = 16;

    /** The time after which the bursts of a round are not repeated. One burst has many exchanges. */
    private static final Duration BURSTS = Duration.ofMillis(100);

    private static final int OVERLOADED = 503;

    private final Vertx vertx;
    private final int loops;
    private final Executor work = Executor.ofProcess(new SimpleMeterRegistry());
    private final List<EnvoySim> envoys = new ArrayList<>();
    private final Set<RunningExchange> underWay = new HashSet<>();
    private final Duration limit;
    private int refused;
    private boolean closed;

    /**
     * Creates the warm-up (exercise) of a kernel.
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
    public Executor work() {
        return work;
    }

    @Override
    public List<Round> rounds() {
        return List.of(
                new Round(Repertoire.config(), worker(), false), new Round(Repertoire.overloaded(), worker(), true));
    }

    private WorkerConnector worker() {
        return new EmbeddedWorker(ExerciseWorker.with(vertx, work));
    }

    /** Returns the number of requests that were refused as overload. */
    int refused() {
        return refused;
    }

    @Override
    public Future<Integer> exchange(Round round, SocketAddress listener, Map<String, String> initialMetadata) {
        Future<Integer> pieces = round.isOverload() ? Future.succeededFuture(0) : onEachLoop(listener, initialMetadata);
        return pieces.compose(answered -> bursts(listener, initialMetadata).map(more -> answered + more));
    }

    private Future<Integer> onEachLoop(SocketAddress listener, Map<String, String> initialMetadata) {
        Repetition repetition = new Repetition();
        List<Future<Integer>> all = new ArrayList<>();
        for (Piece piece : Repertoire.pieces()) {
            // Connections are distributed to the kernel's event loops in turn.
            EnvoySim envoy = envoy(listener, piece, initialMetadata, loops);
            all.add(repetition.of(() -> exchanges(envoy, piece, loops, Set.of(piece.status()))));
        }
        return Future.all(all)
                .map(times -> times.<Integer>list().stream()
                        .mapToInt(Integer::intValue)
                        .map(each -> each * loops)
                        .sum());
    }

    private Future<Integer> bursts(SocketAddress listener, Map<String, String> initialMetadata) {
        List<Piece> pieces = Repertoire.burst();
        return new Repetition(1, BURSTS)
                .of(() -> Future.all(pieces.stream()
                        .map(piece -> burst(listener, piece, initialMetadata))
                        .toList()))
                .map(times -> times * pieces.size() * BURST);
    }

    /** Sends a request on each of many new connections, as many Envoys do when an engine has started. */
    private Future<?> burst(SocketAddress listener, Piece piece, Map<String, String> initialMetadata) {
        EnvoySim envoy = envoy(listener, piece, initialMetadata, BURST);
        return exchanges(envoy, piece, BURST, Set.of(piece.status(), OVERLOADED))
                .eventually(() -> {
                    envoys.remove(envoy);
                    return envoy.shutdown();
                });
    }

    private EnvoySim envoy(SocketAddress listener, Piece piece, Map<String, String> initialMetadata, int connections) {
        FilterConfigBuilder filter = FilterConfig.builder()
                .routeName(piece.route())
                .responseAttribute("response.code_details", "via_upstream")
                .allowModeOverride(true)
                .messageTimeout(ExerciseWorker.PATIENCE)
                .initialMetadata(initialMetadata);
        if (piece.duplex()) {
            filter.fullDuplex();
        }
        EnvoySim envoy = EnvoySim.builder(vertx)
                .target(listener)
                .connections(connections)
                .filter(filter.build())
                .build();
        envoys.add(envoy);
        return envoy;
    }

    private Future<?> exchanges(EnvoySim envoy, Piece piece, int number, Set<Integer> statuses) {
        List<Future<?>> exchanges = new ArrayList<>();
        for (int i = 0; i < number; i++) {
            exchanges.add(exchange(envoy, piece, statuses));
        }
        return Future.all(exchanges);
    }

    private Future<?> exchange(EnvoySim envoy, Piece piece, Set<Integer> statuses) {
        if (closed) {
            return Future.failedFuture("given up");
        }
        RunningExchange exchange = envoy.start(piece.request(), Upstream.replying(piece.response()));
        underWay.add(exchange);
        return exchange.result().map(result -> {
            underWay.remove(exchange);
            if (result.status() == OVERLOADED) {
                refused++;
            }
            if (!statuses.contains(result.status())) {
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
