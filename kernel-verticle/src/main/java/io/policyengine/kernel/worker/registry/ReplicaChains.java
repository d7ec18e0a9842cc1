package io.policyengine.kernel.worker.registry;

import io.policyengine.core.async.SerialQueue;
import io.policyengine.core.time.DoublingPause;
import io.policyengine.core.worker.PreparedChain;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The chains that a replica has prepared over one connection, at most those that are wanted. Changed only by {@link
 * ChainPreparation}.
 */
final class ReplicaChains {
    private final Map<Long, PreparedChain> found = new HashMap<>();
    /** The chains that the replica was not asked for, since it would not do all of them. */
    private final Set<Long> unasked = new HashSet<>();
    /** The unfinished chains whose pause is over, included in the next request. */
    private final Set<Long> due = new HashSet<>();
    /** The pause before it is asked again for unfinished ones. */
    private final DoublingPause pause = new DoublingPause(Duration.ofSeconds(1), Duration.ofMinutes(1));

    private boolean pauses;
    /** Requests to prepare: one for each draft and each change of its worker's replicas. */
    private final SerialQueue preparing = new SerialQueue();
    /** The reason why it could not prepare what was asked for last. */
    private @Nullable Throwable failure;

    /**
     * Runs a preparation after the current one. A step that exceeds its limit has failed, and does not delay later
     * ones.
     *
     * @param limit time limit of the step
     * @param urgent true to begin at once instead
     */
    <T> Future<T> inTurn(RegistryLoop loop, Duration limit, boolean urgent, Supplier<Future<T>> step) {
        if (!urgent) {
            return preparing.run(() -> loop.within(limit, step.get()));
        }
        Future<T> done = loop.within(limit, step.get());
        // What is asked for later waits for it all the same.
        preparing.run(() -> done);
        return done;
    }

    /**
     * Begins a request: earlier failures no longer count, and chains refused without a request are judged again, as
     * another configuration may allow them.
     *
     * @return the unfinished chains to request again
     */
    Set<Long> begin() {
        failure = null;
        found.keySet().removeAll(unasked);
        unasked.clear();
        Set<Long> again = Set.copyOf(due);
        due.clear();
        return again;
    }

    /**
     * Begins a pause before unfinished chains are requested again.
     *
     * @param live the needed chains
     * @return its length in milliseconds; 0 if none begins, since nothing is unfinished, or a pause or a request is in
     *     progress
     */
    long beginPause(Set<Long> live, RandomGenerator random) {
        if (unfinished(live).isEmpty()) {
            pause.reset();
            return 0;
        }
        if (pauses || !due.isEmpty()) {
            return 0;
        }
        pauses = true;
        return pause.nextMillis(random);
    }

    /** The pause is over. */
    void endPause(Set<Long> live) {
        pauses = false;
        due.addAll(unfinished(live));
    }

    private Set<Long> unfinished(Set<Long> live) {
        return live.stream()
                .filter(id -> found.containsKey(id) && found.get(id).unfinished())
                .collect(Collectors.toSet());
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

    /** Records that the last request failed. */
    void failed(Throwable why) {
        failure = why;
    }

    /** The reason why it could not prepare what was asked for last; null if it could, or is about to. */
    @Nullable
    Throwable failure() {
        return failure;
    }
}
