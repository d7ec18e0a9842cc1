package io.policyengine.core.worker;

import io.vertx.core.Future;
import java.util.List;

/**
 * The management of one replica of a worker by the kernel's registry. Called from one event loop. Failures are {@link
 * WorkerException}.
 */
public interface WorkerControl {
    /** Limit of answers to one question. */
    int MAX_ANSWERS = 1_000;

    /** Returns the worker's identity and its policies. */
    Future<WorkerDescription> describe();

    /** Returns whether the worker accepts calls, and which of its policies are unhealthy. */
    Future<WorkerHealth> checkHealth();

    /**
     * Binds chains to their parameters; one result per chain, in order. Chains that are prepared already stay
     * unchanged.
     */
    Future<List<PreparedChain>> prepare(long generation, List<ChainSpec> chains);

    /**
     * Asks all entries of a policy. Entries that do not know the question are left out, and so are answers beyond
     * {@link #MAX_ANSWERS}. By default no entry answers.
     */
    default Future<List<EntryAnswer>> ask(PolicyQuestion question) {
        return Future.succeededFuture(List.of());
    }

    /** Releases chains; running calls finish, unknown ids are ignored. */
    Future<Void> release(List<Long> chainIds);
}
