package io.policyengine.core.worker;

import io.vertx.core.Future;
import java.util.List;

/** One replica of a worker, seen from the kernel's registry. Called from one event loop. Failures are {@link WorkerException}. */
public interface WorkerControl {
    /** Answers that are told of one question. */
    int MAX_ANSWERS = 1_000;

    /** Asks the worker who it is and what it can run. */
    Future<WorkerDescription> describe();

    /** Asks the worker whether it takes calls. */
    Future<WorkerHealth> checkHealth();

    /** Binds chains to their parameters; one result per chain, in order. Chains prepared already are not made anew. */
    Future<List<PreparedChain>> prepare(long generation, List<ChainSpec> chains);

    /**
     * Asks all entries of a policy; those that do not know such questions are left out, and so are those beyond {@link #MAX_ANSWERS}, which
     * are asked all the same. The default: none knows any.
     */
    default Future<List<EntryAnswer>> ask(PolicyQuestion question) {
        return Future.succeededFuture(List.of());
    }

    /** Forgets chains; calls under way finish, unknown ids are ignored. */
    Future<Void> release(List<Long> chainIds);
}
