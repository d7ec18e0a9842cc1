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
 * The resources that a process gives its kernel for exercising itself: everything that an exchange needs, and nothing
 * that the configuration names. All methods are called on the kernel's event loop.
 */
public interface Exercise {
    /** The settings and routes of the exercise, with one worker that runs all of its policies. */
    EngineConfig config();

    /** The connectors to workers of the exercise; each in turn serves {@link #config} and is then closed. */
    List<WorkerConnector> workers();

    /** The most time that the exercise may take before it is abandoned. */
    default Duration limit() {
        return SelfExercise.LIMIT;
    }

    /** The threads for work off the event loops, without metrics. */
    Executor work();

    /**
     * Sends requests as Envoy would.
     *
     * @param listener of the kernel
     * @param initialMetadata of each stream
     * @return the number of answered requests; fails if one was not answered as expected
     */
    Future<Integer> exchange(SocketAddress listener, Map<String, String> initialMetadata);

    /** Ends running exchanges. */
    Future<Void> close();
}
