package io.policyengine.worker;

import io.policyengine.core.async.OffLoop;
import io.policyengine.core.worker.ChainSpec;
import io.policyengine.core.worker.PreparedChain;
import io.policyengine.core.worker.WorkerException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The chains that calls name, by id. Preparing and releasing happen one after another on a thread of their own; calls look up
 * from any event loop.
 */
final class PreparedChains {
    /** Chains that are prepared before others get their turn. */
    private static final int AT_ONCE = 16;

    private final ChainBinder binder;
    private final WorkerExecutor executor;
    private final ConcurrentHashMap<Long, BoundChain> chains = new ConcurrentHashMap<>();

    PreparedChains(Vertx vertx, ChainBinder binder, String workerName) {
        this.binder = binder;
        this.executor = vertx.createSharedWorkerExecutor("prepare-" + workerName, 1);
    }

    /**
     * Prepares chains; those that are prepared already with the same content stay as they are. A few at a time, so that what is asked for
     * meanwhile, and may be urgent, need not wait for thousands.
     */
    Future<List<PreparedChain>> prepare(List<ChainSpec> specs) {
        Promise<List<PreparedChain>> done = Promise.promise();
        prepareNext(specs, new ArrayList<>(specs.size()), done);
        return done.future();
    }

    private void prepareNext(List<ChainSpec> specs, List<PreparedChain> prepared, Promise<List<PreparedChain>> done) {
        inTurn(() -> {
                    int to = Math.min(specs.size(), prepared.size() + AT_ONCE);
                    for (ChainSpec spec : specs.subList(prepared.size(), to)) {
                        prepared.add(prepareBlocking(spec));
                    }
                    return prepared;
                })
                .onFailure(done::fail)
                .onSuccess(_ -> {
                    if (prepared.size() == specs.size()) {
                        done.complete(prepared);
                    } else {
                        prepareNext(specs, prepared, done);
                    }
                });
    }

    private PreparedChain prepareBlocking(ChainSpec spec) {
        BoundChain known = chains.get(spec.id());
        if (known != null && known.spec().equals(spec)) {
            return known.prepared();
        }
        // No kernel uses an id again, not even one that restarted; where another one did, the last meaning counts.
        BoundChain bound = binder.bindBlocking(spec);
        BoundChain replaced = chains.put(spec.id(), bound);
        if (replaced != null) {
            replaced.release();
        }
        return bound.prepared();
    }

    /** Binds a chain for a single call: {@link BoundChain#leave} ends the call and the chain. */
    Future<BoundChain> bindOnce(ChainSpec spec) {
        return inTurn(() -> binder.bindBlocking(spec));
    }

    /** Forgets chains; calls under way finish. */
    Future<Void> release(List<Long> ids) {
        return inTurn(() -> {
                    ids.forEach(this::releaseBlocking);
                    return ids;
                })
                .mapEmpty();
    }

    private void releaseBlocking(Long id) {
        BoundChain released = chains.remove(id);
        if (released != null) {
            released.release();
        }
    }

    /** The chain with one more call under way, or null if it cannot be called. */
    @Nullable
    BoundChain enter(long id) {
        BoundChain chain = chains.get(id);
        return chain != null && chain.isCallable() && chain.enter() ? chain : null;
    }

    /** The troubles of policies that are not well, by name, in one sentence each; those that are well are left out. */
    Map<String, String> unhealthyPolicies() {
        Map<String, SortedSet<String>> reasons = new TreeMap<>();
        for (BoundChain chain : chains.values()) {
            chain.tellUnwell((policy, because) ->
                    reasons.computeIfAbsent(policy, _ -> new TreeSet<>()).add(because));
        }
        Map<String, String> unhealthy = new TreeMap<>();
        reasons.forEach((policy, all) -> unhealthy.put(
                policy, all.size() == 1 ? all.first() : all.first() + " (and " + (all.size() - 1) + " more)"));
        return unhealthy;
    }

    int size() {
        return chains.size();
    }

    /** Releases all. */
    Future<Void> close() {
        return release(List.copyOf(chains.keySet())).eventually(executor::close);
    }

    private <T> Future<T> inTurn(Supplier<T> work) {
        try {
            return OffLoop.callInOrder(executor, work::get);
        } catch (RejectedExecutionException closed) {
            return Future.failedFuture(new WorkerException(WorkerException.Kind.UNREACHABLE, "the worker is closed"));
        }
    }
}
