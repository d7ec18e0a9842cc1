package io.policyengine.kernel.worker.call;

import io.policyengine.kernel.worker.Replica;
import io.policyengine.kernel.worker.WorkerChain;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Selects the replica for a call. An exchange that must stay with a replica keeps that replica. Otherwise the worker's
 * affinity selects the replica. Without an affinity, the replica with the fewest calls in flight is selected. Calls are
 * counted per event loop. Confined to that event loop.
 */
final class ReplicaChoice {
    private int[] inFlight = new int[4];

    void began(Replica replica) {
        ensureRoom(replica.index());
        inFlight[replica.index()]++;
    }

    void ended(Replica replica) {
        inFlight[replica.index()]--;
    }

    /**
     * Returns the replica for a call; null if no replica is available for the chain.
     *
     * @param tried the replica of the failed attempt, or null. With an affinity, the result is the replica that follows
     *     it in the key's order
     */
    @Nullable
    Replica choose(WorkerChain chain, ExchangeReplicas exchange, @Nullable Replica tried) {
        Replica kept = tried == null ? exchange.keptOf(chain) : null;
        if (kept != null) {
            return kept;
        }
        String key = exchange.key(chain.worker());
        return key == null ? leastBusy(chain.available(), tried) : bestFor(key, chain.available(), tried);
    }

    private static @Nullable Replica bestFor(String key, List<Replica> replicas, @Nullable Replica tried) {
        long limit = tried == null ? Long.MAX_VALUE : tried.score(key);
        Replica best = null;
        for (int i = 0; i < replicas.size(); i++) {
            Replica replica = replicas.get(i);
            long score = replica.score(key);
            if (score < limit && (best == null || score > best.score(key))) {
                best = replica;
            }
        }
        return best;
    }

    private @Nullable Replica leastBusy(List<Replica> replicas, @Nullable Replica except) {
        Replica best = null;
        for (int i = 0; i < replicas.size(); i++) {
            Replica replica = replicas.get(i);
            ensureRoom(replica.index());
            if (!replica.equals(except) && (best == null || inFlight[replica.index()] < inFlight[best.index()])) {
                best = replica;
            }
        }
        return best;
    }

    private void ensureRoom(int index) {
        if (index >= inFlight.length) {
            inFlight = Arrays.copyOf(inFlight, index + 4);
        }
    }
}
