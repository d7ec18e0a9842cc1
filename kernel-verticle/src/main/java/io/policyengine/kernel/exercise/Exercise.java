package io.policyengine.kernel.exercise;

import io.policyengine.core.config.EngineConfig;
import io.policyengine.core.work.executor.Executor;
import io.policyengine.core.worker.WorkerConnector;
import io.vertx.core.Future;
import io.vertx.core.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * The resources for a kernel's warm-up requests to itself (the exercise). They include everything that an exchange
 * needs, and nothing from the configuration. All methods are called on the kernel's event loop.
 */
public interface Exercise {
    /**
     * A part of the exercise (warm-up requests), with its own settings, routes and worker.
     *
     * @param config the settings and routes. All policies run in one worker
     * @param worker the connector to this worker, which the kernel closes afterwards
     * @param isOverload whether the event loops refuse most exchanges as overload
     */
    record Round(EngineConfig config, WorkerConnector worker, boolean isOverload) {}

    /** Returns the rounds of warm-up requests, which the kernel runs one after another. */
    List<Round> rounds();

    /** Returns the maximum duration of all warm-up requests, after which they are abandoned. */
    default Duration limit() {
        return SelfExercise.LIMIT;
    }

    /** Returns the threads for work off the event loops, without metrics. */
    Executor work();

    /**
     * Sends the warm-up requests of a round to the kernel, as Envoy would.
     *
     * @param listener the address of the kernel
     * @param initialMetadata the initial metadata of each stream
     * @return the number of answered requests; fails if a request was not answered as expected
     */
    Future<Integer> exchange(Round round, SocketAddress listener, Map<String, String> initialMetadata);

    /** Ends the warm-up exchanges that still run. */
    Future<Void> close();
}
