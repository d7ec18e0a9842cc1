package io.policyengine.kernel.exercise;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.policyengine.core.log.LogFields;
import io.policyengine.core.time.Ticker;
import io.policyengine.kernel.extproc.ExerciseMark;
import io.policyengine.kernel.extproc.KernelContext;
import io.policyengine.kernel.metrics.KernelMeters;
import io.policyengine.kernel.recorder.ExchangeObservers;
import io.policyengine.kernel.spans.Tracing;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.net.SocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.helpers.NOPLogger;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * The exercise of a kernel: warm-up exchanges like Envoy's, sent to the kernel's own listener. They let the JVM load
 * classes and compile code before the first request. The exercise runs once, within {@link Exercise#limit()}.
 * Afterwards the kernel becomes ready, even if the exercise failed.
 *
 * <p>Streams of the exercise are marked, and run with separate settings, routes, workers, meters and logs. They share
 * only the memory budget with the kernel, and only while they are open. Confined to the kernel's event loop.
 */
public final class SelfExercise {
    /** Maximum time by which the warm-up requests may delay the kernel's readiness. */
    public static final Duration LIMIT = Duration.ofSeconds(5);

    private static final Logger LOG = LoggerFactory.getLogger(SelfExercise.class);

    private final Vertx vertx;
    private final Exercise exercise;
    private final ExerciseMark mark;
    private final AtomicLong requestIds = new AtomicLong();
    private final Promise<Integer> end = Promise.promise();
    private int exchanges;

    public SelfExercise(Vertx vertx, Exercise exercise, ExerciseMark mark) {
        this.vertx = vertx;
        this.exercise = exercise;
        this.mark = mark;
    }

    /**
     * Sends the warm-up exchanges.
     *
     * @return the duration; never fails
     */
    public Future<Duration> run(SocketAddress listener) {
        long begun = Ticker.SYSTEM.nanoTime();
        long limit = exercise.limit().toMillis();
        long timer =
                vertx.setTimer(limit, _ -> end.tryFail(new TimeoutException("it was not over after " + limit + " ms")));
        rounds(listener).onSuccess(end::tryComplete).onFailure(end::tryFail);
        return end.future().transform(result -> {
            vertx.cancelTimer(timer);
            mark.end();
            exercise.close()
                    .onFailure(failure ->
                            LOG.debug("resources of the kernel's warm-up (exercise) could not be released", failure));
            Duration took = Duration.ofNanos(Ticker.SYSTEM.nanoTime() - begun);
            log(result, took);
            return Future.succeededFuture(took);
        });
    }

    private static void log(AsyncResult<Integer> result, Duration took) {
        LoggingEventBuilder line = result.succeeded() || result.cause() instanceof TimeoutException
                ? LOG.atInfo()
                : LOG.atWarn().addKeyValue(LogFields.REASON, String.valueOf(result.cause()));
        line = line.addKeyValue(LogFields.DURATION_MS, took.toMillis());
        if (result.succeeded()) {
            line.log("the kernel has warmed up with {} requests to itself (exercise)", result.result());
        } else if (result.cause() instanceof TimeoutException) {
            line.log("the kernel's warm-up (exercise) ran out of time: the first requests may take longer");
        } else {
            line.log("the kernel's warm-up (exercise) failed: the first requests may take longer");
        }
    }

    /** Stops sending warm-up exchanges. */
    public void stop() {
        end.tryFail(new IllegalStateException("the kernel ends"));
    }

    private Future<Integer> rounds(SocketAddress listener) {
        Future<?> rounds = Future.succeededFuture();
        try {
            for (Exercise.Round round : exercise.rounds()) {
                rounds = rounds.compose(_ -> run(round, listener));
            }
        } catch (RuntimeException bug) {
            return Future.failedFuture(bug);
        }
        return rounds.map(_ -> exchanges);
    }

    private Future<?> run(Exercise.Round round, SocketAddress listener) {
        KernelMeters meters = new KernelMeters(new SimpleMeterRegistry());
        return ExercisedRoutes.prepare(round.config(), round.worker(), meters)
                .compose(routes -> exchange(round, routes, meters, listener).eventually(routes::release))
                .onSuccess(answered -> exchanges += answered)
                .eventually(round.worker()::close);
    }

    private Future<Integer> exchange(
            Exercise.Round round, ExercisedRoutes routes, KernelMeters meters, SocketAddress listener) {
        if (end.future().isComplete()) {
            return Future.failedFuture("given up");
        }
        KernelContext context = new KernelContext(
                routes.config(),
                () -> routes,
                1,
                new KernelContext.Effects(
                        Ticker.SYSTEM,
                        InstantSource.system(),
                        () -> "exercise-" + requestIds.incrementAndGet(),
                        exercise.work(),
                        () -> 0),
                new KernelContext.Observation(meters, Tracing.none(), ExchangeObservers.NONE, NOPLogger.NOP_LOGGER));
        if (round.isOverload()) {
            context.exerciseRefusals();
        }
        return exercise.exchange(round, listener, Map.of(ExerciseMark.FIELD, mark.begin(context)));
    }
}
