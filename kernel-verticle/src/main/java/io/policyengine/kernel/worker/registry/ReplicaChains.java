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

/** The wanted chains that a replica has prepared over one connection. Changed only by {@link ChainPreparation}. */
final class ReplicaChains {
    private final Map<Long, PreparedChain> found = new HashMap<>();
    /** The chains refused without a request, since the replica does not support all of them. */
    private final Set<Long> unasked = new HashSet<>();
    /** The unfinished chains whose pause is over, included in the next request. */
    private final Set<Long> due = new HashSet<>();
    /** The pause before unfinished chains are requested again. */
    private final DoublingPause pause = new DoublingPause(Duration.ofSeconds(1), Duration.ofMinutes(1));

    private boolean pauses;
    /** The queue of preparations: one for each draft and each change of its worker's replicas. */
    private final SerialQueue preparing = new SerialQueue();
    /** The failure of the last request, or null. */
    private @Nullable Throwable failure;

    /**
     * Runs a preparation after the current one. A step beyond its limit fails, and does not delay later ones.
     *
     * @param limit time limit of the step
     * @param urgent true to begin at once instead
     */
    <T> Future<T> inTurn(RegistryLoop loop, Duration limit, boolean urgent, Supplier<Future<T>> step) {
        if (!urgent) {
            return preparing.run(() -> loop.within(limit, step.get()));
        }
        Future<T> done = loop.within(limit, step.get());
        // Later requests still wait for this one.
        preparing.run(() -> done);
        return done;
    }

    /**
     * Begins a request: earlier failures no longer count. Chains refused without a request are judged again, as another
     * configuration may allow them.
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

    void endPause(Set<Long> live) {
        pauses = false;
        due.addAll(unfinished(live));
    }

    private Set<Long> unfinished(Set<Long> live) {
        return live.stream()
                .filter(id -> found.containsKey(id) && found.get(id).unfinished())
                .collect(Collectors.toSet());
    }

    /** Returns the result of preparing the chain, or null if it is not prepared. */
    @Nullable
    PreparedChain get(long id) {
        return found.get(id);
    }

    void put(PreparedChain chain) {
        found.put(chain.id(), chain);
    }

    /** Records that a chain is refused without a request. */
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

    void failed(Throwable why) {
        failure = why;
    }

    @Nullable
    Throwable failure() {
        return failure;
    }
}
