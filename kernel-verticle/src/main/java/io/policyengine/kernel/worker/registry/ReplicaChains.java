package io.policyengine.kernel.worker.registry;

import io.policyengine.core.async.SerialQueue;
import io.policyengine.core.worker.PreparedChain;
import io.vertx.core.Future;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The chains that a replica has prepared over one connection. Holds a chain for each that somebody wants. {@link ChainPreparation} alone changes
 * it.
 */
final class ReplicaChains {
    private final Map<Long, PreparedChain> found = new HashMap<>();
    /** Those that the replica was not asked for, since it would not do all of them. */
    private final Set<Long> unasked = new HashSet<>();
    /** Requests to prepare: one for each draft and each change of its worker's replicas. */
    private final SerialQueue preparing = new SerialQueue();
    /** The reason why it could not prepare what was asked for last. */
    private @Nullable Throwable failure;

    /**
     * Prepares, after what is under way.
     *
     * @param urgent at once instead
     */
    <T> Future<T> inTurn(boolean urgent, Supplier<Future<T>> step) {
        if (!urgent) {
            return preparing.run(step);
        }
        Future<T> done = step.get();
        // What is asked for later waits for it all the same.
        preparing.run(() -> done);
        return done;
    }

    /** It is about to be asked: failures of before count no more, and what was refused unasked is judged anew, as another configuration may allow it. */
    void begin() {
        failure = null;
        found.keySet().removeAll(unasked);
        unasked.clear();
    }

    /** The findings of preparing the chain; null if it is not prepared. */
    @Nullable
    PreparedChain get(long id) {
        return found.get(id);
    }

    /** The replica has prepared it. */
    void put(PreparedChain chain) {
        found.put(chain.id(), chain);
    }

    /** The replica is not asked for it. */
    void refuseUnasked(PreparedChain refusal) {
        found.put(refusal.id(), refusal);
        unasked.add(refusal.id());
    }

    void forget(Collection<Long> ids) {
        ids.forEach(found::remove);
    }

    void forEach(BiConsumer<Long, PreparedChain> each) {
        found.forEach(each);
    }

    /** It could not prepare what it was asked for last. */
    void failed(Throwable why) {
        failure = why;
    }

    /** The reason why it could not prepare what was asked for last; null if it could, or is about to. */
    @Nullable
    Throwable failure() {
        return failure;
    }
}
