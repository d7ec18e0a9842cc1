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

/** The results of preparing chains over one connection to a replica. Changed only by {@link ChainPreparation}. */
final class ReplicaChains {
    /** First pause before the replica is asked again to prepare chains that it has not finished. */
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);

    /** Maximum pause before the replica is asked again to prepare chains that it has not finished. */
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

    private final Map<Long, PreparedChain> found = new HashMap<>();
    /** The chains that are refused without asking the replica, because it does not support a feature that they need. */
    private final Set<Long> unasked = new HashSet<>();
    /**
     * The chains that the replica has not finished preparing and for which the pause is over. The next request includes
     * them.
     */
    private final Set<Long> due = new HashSet<>();
    /** The pause before the replica is asked again to prepare chains that it has not finished. */
    private final DoublingPause pause = new DoublingPause(FIRST_PAUSE, LONGEST_PAUSE);

    private boolean pauses;
    /** The queue of preparations: one for each draft, and one for each change of the worker's replicas. */
    private final SerialQueue preparing = new SerialQueue();
    /** The failure of the last request, or null. */
    private @Nullable Throwable failure;

    /**
     * Runs a preparation after the current one. A preparation that exceeds its time limit fails, and no longer delays
     * later ones.
     *
     * @param limit time limit of the step
     * @param urgent true to begin at once, without waiting for the current preparation
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
     * Begins a request and clears the last failure. Chains that were refused without asking the replica are checked
     * again, since another configuration may allow them.
     *
     * @return the unfinished chains that the request must include
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
     * Begins a pause before the replica is asked again to prepare chains that it has not finished.
     *
     * @param live the needed chains
     * @return the length of the pause in milliseconds; 0 if no pause begins, because nothing is unfinished or a pause
     *     or request is in progress
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

    /** Returns the result of preparing a chain, or null if there is no result. */
    @Nullable
    PreparedChain get(long id) {
        return found.get(id);
    }

    void put(PreparedChain chain) {
        found.put(chain.id(), chain);
    }

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
