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
 * The resources for a kernel's exercise: everything that an exchange needs, and nothing that the configuration
 * names. All methods are called on the kernel's event loop.
 */
public interface Exercise {
    /** Returns the settings and routes of the exercise. All of its policies run in one worker. */
    EngineConfig config();

    /**
     * Returns the connectors to the exercise's workers. The kernel uses the connectors one after another for {@link
     * #config}, and closes each of them afterwards.
     */
    List<WorkerConnector> workers();

    /** Returns the maximum duration of the exercise, after which it is abandoned. */
    default Duration limit() {
        return SelfExercise.LIMIT;
    }

    /** Returns the threads for work off the event loops, without metrics. */
    Executor work();

    /**
     * Sends requests as Envoy would.
     *
     * @param listener the address of the kernel
     * @param initialMetadata of each stream
     * @return the number of answered requests; fails if a request was not answered as expected
     */
    Future<Integer> exchange(SocketAddress listener, Map<String, String> initialMetadata);

    /** Ends running exchanges. */
    Future<Void> close();
}
