package io.policyengine.core.worker;

import io.vertx.core.Future;
import java.util.List;

/** One replica of a worker, seen from the kernel's registry. Called from one event loop. Failures are {@link WorkerException}. */
public interface WorkerControl {
    /** Asks the worker who it is and what it can run. */
    Future<WorkerDescription> describe();

    /** Asks the worker whether it takes calls. */
    Future<WorkerHealth> checkHealth();

    /** Binds chains to their parameters; one result per chain, in order. Chains prepared already are not made anew. */
    Future<List<PreparedChain>> prepare(long generation, List<ChainSpec> chains);

    /** Forgets chains; calls under way finish, unknown ids are ignored. */
    Future<Void> release(List<Long> chainIds);
}
