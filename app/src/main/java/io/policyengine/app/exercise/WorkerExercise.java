package io.policyengine.app.exercise;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.policyengine.core.log.LogFields;
import io.policyengine.core.net.UnixSocket;
import io.policyengine.core.time.Ticker;
import io.policyengine.core.work.executor.Executor;
import io.policyengine.core.worker.PreparedChain;
import io.policyengine.core.worker.WorkerConnector;
import io.policyengine.core.worker.WorkerControl;
import io.policyengine.kernel.exercise.SelfExercise;
import io.policyengine.kernel.remote.RemoteWorker;
import io.policyengine.kernel.remote.RemoteWorkerOptions;
import io.policyengine.worker.server.WorkerServer;
import io.policyengine.worker.server.WorkerSocket;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The exercise of a worker process: warm-up calls before it listens. They go through a separate socket to a second
 * worker with the standard policies, not to the configured worker. So classes are loaded, and code is compiled, before
 * a kernel's first call. The exercise ends within {@link #LIMIT}, successful or not.
 */
public final class WorkerExercise {
    /** The time after which the unfinished warm-up (exercise) of a worker process is abandoned. */
    public static final Duration LIMIT = SelfExercise.LIMIT;

    private static final Logger LOG = LoggerFactory.getLogger(WorkerExercise.class);

    private final Vertx vertx;
    private final int loops;
    private final WorkerServer server;
    private final WorkerConnector kernel;
    private final Map<String, ExercisedRoute> routes = ExercisedRoute.all();

    /**
     * Creates the warm-up (exercise) of a worker process, which {@link #run} starts.
     *
     * @param loops number of serving event loops; each of them is exercised
     * @param file the socket of the process; the exercise uses a hidden file in the same directory as its own socket
     */
    public WorkerExercise(Vertx vertx, int loops, UnixSocket file) {
        this.vertx = vertx;
        this.loops = loops;
        Path path = file.path().resolveSibling("." + file.path().getFileName());
        this.server = new WorkerServer(
                vertx,
                ExerciseWorker.with(vertx, Executor.ofProcess(new SimpleMeterRegistry())),
                WorkerSocket.ofThisProcess(file.at(path)),
                loops,
                new SimpleMeterRegistry());
        this.kernel = new RemoteWorker(
                vertx, RemoteWorkerOptions.defaults(path.toString()), Ticker.SYSTEM, () -> {}, new LongAdder());
    }

    /** Runs the exercise, which warms up the process. The returned future never fails. */
    public Future<Void> run() {
        Promise<Void> over = Promise.promise();
        vertx.getOrCreateContext().runOnContext(_ -> exercise().onComplete(over));
        return over.future();
    }

    private Future<Void> exercise() {
        long begun = Ticker.SYSTEM.nanoTime();
        return server.start()
                .compose(_ -> kernel.connect(() -> {}))
                .compose(this::prepare)
                .compose(_ -> vertx.deployVerticle(
                        () -> new ExerciseCalls(kernel, routes), new DeploymentOptions().setInstances(loops)))
                .compose(vertx::undeploy)
                .timeout(LIMIT.toMillis(), TimeUnit.MILLISECONDS)
                .onComplete((_, failure) -> log(Duration.ofNanos(Ticker.SYSTEM.nanoTime() - begun), failure))
                .eventually(kernel::close)
                .eventually(server::close)
                .<Void>mapEmpty()
                .otherwiseEmpty();
    }

    private Future<List<PreparedChain>> prepare(WorkerControl control) {
        return control.prepare(
                1, routes.values().stream().flatMap(ExercisedRoute::chains).toList());
    }

    private static void log(Duration took, @Nullable Throwable failure) {
        if (failure == null) {
            LOG.atInfo()
                    .addKeyValue(LogFields.DURATION_MS, took.toMillis())
                    .log("the worker has completed its " + "warm-up calls (the exercise)");
        } else if (failure instanceof TimeoutException) {
            LOG.atInfo()
                    .addKeyValue(LogFields.DURATION_MS, took.toMillis())
                    .log("the worker's warm-up calls (the exercise) were not complete in time: the first calls may "
                            + "take longer");
        } else {
            LOG.atWarn()
                    .addKeyValue(LogFields.DURATION_MS, took.toMillis())
                    .addKeyValue(LogFields.REASON, String.valueOf(failure))
                    .log("the worker's warm-up calls (the exercise) failed: the first calls may take longer");
        }
    }
}
