package io.policyengine.core.worker;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.List;

/**
 * Manages one replica of a worker for the kernel's registry of workers. Confined to one event loop. Futures fail with
 * {@link WorkerException}.
 */
public interface WorkerControl {
    /** Maximum number of entries whose answers a worker returns for one question of the management API. */
    int MAX_ANSWERS = 1_000;

    /** Returns the worker's identity and its policies. */
    Future<WorkerDescription> describe();

    /** Returns whether the worker accepts calls, and which of its policies are unhealthy. */
    Future<WorkerHealth> checkHealth();

    /**
     * Prepares chains by binding their policies to the parameters. Returns one result per chain, in order. A chain that
     * was prepared earlier stays unchanged.
     */
    Future<List<PreparedChain>> prepare(long generation, List<ChainSpec> chains);

    /**
     * Asks all entries of a policy a question. Entries that do not support the question and answers beyond
     * {@link #MAX_ANSWERS} are omitted. By default, there are no answers.
     */
    default Future<List<EntryAnswer>> ask(PolicyQuestion question) {
        return Future.succeededFuture(List.of());
    }

    /**
     * Returns the metrics of the replica's process in Prometheus' text format. Empty by default, for a replica in the
     * kernel's process, since the kernel's metrics include its metrics.
     */
    default Future<Buffer> readMetrics() {
        return Future.succeededFuture(Buffer.buffer());
    }

    /** Releases chains. Running calls finish first; unknown ids are ignored. */
    Future<Void> release(List<Long> chainIds);
}
