package io.policyengine.app.exercise;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.policyengine.core.time.Ticker;
import io.policyengine.core.work.executor.Executor;
import io.policyengine.policies.StandardPolicies;
import io.policyengine.worker.LocalWorker;
import io.policyengine.worker.PolicyRegistry;
import io.policyengine.worker.WorkerOptions;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;

/**
 * The worker for the warm-up requests of an exercise. It has the standard policies, separate state, generous time
 * limits, and no metrics.
 */
final class ExerciseWorker {
    /**
     * The time limit of each warm-up call of an exercise. It is generous because the first calls on a busy machine are
     * slow.
     */
    static final Duration PATIENCE = Duration.ofSeconds(10);

    private ExerciseWorker() {}

    static LocalWorker with(Vertx vertx, Executor work) {
        WorkerOptions patient = WorkerOptions.defaults(Repertoire.WORKER, Repertoire.WORKER, Path.of("."))
                .with(options ->
                        options.requestTimeout(PATIENCE).policyTimeout(PATIENCE).failOnUnknown(true));
        return new LocalWorker(
                vertx,
                patient,
                PolicyRegistry.of(StandardPolicies.all()),
                new SimpleMeterRegistry(),
                InstantSource.system(),
                Ticker.SYSTEM,
                work);
    }
}
