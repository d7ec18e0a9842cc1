package io.policyengine.worker;

import io.policyengine.core.async.Alarm;
import io.policyengine.core.async.OffLoop;
import io.policyengine.core.params.ParamProblem;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.EntryFacts;
import io.policyengine.core.worker.ChainSpec;
import io.policyengine.core.worker.EntryAnswer;
import io.policyengine.core.worker.PolicyQuestion;
import io.policyengine.core.worker.PreparedChain;
import io.policyengine.core.worker.WorkerException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The prepared chains by id. Each chain is prepared separately, on dedicated threads, and awaited for at most {@link
 * #LIMIT}, or {@link #CHECK_LIMIT} in a check. So a chain that hangs, for example on an unresponsive file, does not
 * delay other chains. Thread-safe.
 */
final class PreparedChains {
    /**
     * The time that a preparation request waits for one chain. It is shorter than the time that the kernel waits for
     * the request.
     */
    private static final Duration LIMIT = Duration.ofSeconds(4);
    /**
     * The time that a check without a kernel waits for one chain. A busy machine may need seconds for the first chain.
     */
    private static final Duration CHECK_LIMIT = Duration.ofSeconds(30);
    /** The number of chains of one request that are prepared at the same time. */
    private static final int AT_ONCE = 4;
    /**
     * The number of threads that prepare chains. Most of them may be blocked by chains that no request awaits any
     * longer.
     */
    private static final int THREADS = 16;

    private final Alarm alarm;
    private final ChainBinder binder;
    private final WorkerExecutor executor;
    private final ConcurrentHashMap<Long, BoundChain> chains = new ConcurrentHashMap<>();
    private final CurrentChains current = new CurrentChains();
    /** The chains that are being prepared, except those that were released in the meantime. */
    private final ConcurrentHashMap<Long, Preparing> preparing = new ConcurrentHashMap<>();

    private record Preparing(ChainSpec spec, Promise<PreparedChain> done, AtomicBoolean begun) {
        Preparing(ChainSpec spec) {
            this(spec, Promise.promise(), new AtomicBoolean());
        }
    }

    PreparedChains(Vertx vertx, Alarm alarm, ChainBinder binder, String workerName) {
        this.alarm = alarm;
        this.binder = binder;
        this.executor = vertx.createSharedWorkerExecutor("prepare-" + workerName, THREADS);
    }

    /**
     * Prepares chains, a few at a time, so that a request for thousands of chains does not delay other requests. A
     * chain that is already prepared with the same content is left unchanged. A chain that takes too long is reported
     * as unfinished; its preparation continues, and a repeated request waits for it again.
     */
    Future<List<PreparedChain>> prepare(List<ChainSpec> specs) {
        return prepare(specs, LIMIT);
    }

    /** Prepares chains for a check that no kernel awaits. */
    Future<List<PreparedChain>> check(List<ChainSpec> specs) {
        return prepare(specs, CHECK_LIMIT);
    }

    private Future<List<PreparedChain>> prepare(List<ChainSpec> specs, Duration limit) {
        Promise<List<PreparedChain>> done = Promise.promise();
        prepareNext(specs, limit, new ArrayList<>(specs.size()), done);
        return done.future();
    }

    private void prepareNext(
            List<ChainSpec> specs, Duration limit, List<PreparedChain> prepared, Promise<List<PreparedChain>> done) {
        PreparedChain known;
        while (prepared.size() < specs.size() && (known = known(specs.get(prepared.size()))) != null) {
            prepared.add(known);
        }
        if (prepared.size() == specs.size()) {
            done.complete(prepared);
            return;
        }
        List<Future<PreparedChain>> next =
                specs.subList(prepared.size(), Math.min(specs.size(), prepared.size() + AT_ONCE)).stream()
                        .map(spec -> prepareOne(spec, limit))
                        .toList();
        Future.join(next).onFailure(done::fail).onSuccess(_ -> {
            next.forEach(one -> prepared.add(one.result()));
            prepareNext(specs, limit, prepared, done);
        });
    }

    private @Nullable PreparedChain known(ChainSpec spec) {
        BoundChain known = chains.get(spec.id());
        return known != null && known.spec().equals(spec) && !known.prepared().unfinished() ? known.prepared() : null;
    }

    private Future<PreparedChain> prepareOne(ChainSpec spec, Duration limit) {
        PreparedChain known = known(spec);
        if (known != null) {
            return Future.succeededFuture(known);
        }
        // Kernels never reuse an id, not even after a restart. If another program does, the last chain counts.
        Preparing mine = preparing.compute(
                spec.id(), (_, there) -> there != null && there.spec().equals(spec) ? there : new Preparing(spec));
        if (mine.begun().compareAndSet(false, true)) {
            onThread(() -> bindBlocking(mine)).onComplete(mine.done());
        }
        return within(spec, limit, mine.done().future());
    }

    private PreparedChain bindBlocking(Preparing mine) {
        BoundChain bound;
        try {
            bound = binder.bindBlocking(mine.spec());
        } catch (RuntimeException fault) {
            preparing.remove(mine.spec().id(), mine);
            throw fault;
        }
        // The chain is not needed if it was released or replaced meanwhile.
        AtomicReference<BoundChain> unneeded = new AtomicReference<>(bound);
        chains.compute(mine.spec().id(), (id, before) -> {
            if (!preparing.remove(id, mine)) {
                return before;
            }
            unneeded.set(before);
            current.add(bound);
            return bound;
        });
        BoundChain released = unneeded.get();
        if (released != null) {
            current.remove(released);
            released.release();
        }
        return bound.prepared();
    }

    /** Returns the result of the preparation, or an unfinished chain if the time limit passes first. */
    private Future<PreparedChain> within(ChainSpec spec, Duration limit, Future<PreparedChain> done) {
        Promise<PreparedChain> result = Promise.promise();
        Runnable silence = alarm.after(limit, () -> result.tryComplete(late(spec, limit)));
        done.onComplete(prepared -> {
            silence.run();
            if (prepared.succeeded()) {
                result.tryComplete(prepared.result());
            } else {
                result.tryFail(prepared.cause());
            }
        });
        return result.future();
    }

    private static PreparedChain late(ChainSpec spec, Duration limit) {
        List<ParamProblem> problem = List.of(new ParamProblem(
                "",
                "the chain is still being prepared after " + limit.toMillis()
                        + " ms: a file or another resource of its policies does not answer; try again once it does"));
        List<PreparedChain.Entry> entries = new ArrayList<>();
        for (int i = 0; i < spec.entries().size(); i++) {
            entries.add(new PreparedChain.Entry(false, i == 0 ? problem : List.of(), BodyNeed.NONE, EntryFacts.none()));
        }
        return new PreparedChain(spec.id(), List.copyOf(entries), true);
    }

    /** Binds a chain for a single call. {@link BoundChain#leave} then ends the call and closes the chain. */
    Future<BoundChain> bindOnce(ChainSpec spec) {
        return onThread(() -> binder.bindBlocking(spec));
    }

    /** Releases chains, including chains that are being prepared. Running calls finish. */
    Future<Void> release(List<Long> ids) {
        ids.forEach(preparing::remove);
        List<BoundChain> released =
                ids.stream().map(chains::remove).filter(Objects::nonNull).toList();
        return onThread(() -> {
                    released.forEach(current::remove);
                    released.forEach(BoundChain::release);
                    return released;
                })
                .mapEmpty();
    }

    /** Returns the chain with this id and counts one more use of it; returns null if the chain is not callable. */
    @Nullable
    BoundChain enter(long id) {
        BoundChain chain = chains.get(id);
        return chain != null && chain.isCallable() && chain.enter() ? chain : null;
    }

    /** Returns the reasons why policies are unhealthy, each as one sentence, by name of the policy. */
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

    /** Asks the entries of a policy. If an entry exists in several generations, only the newest is asked. */
    Future<List<EntryAnswer>> ask(PolicyQuestion question) {
        return new ChainInquiry(question).of(chains.values());
    }

    int size() {
        return chains.size();
    }

    Future<Void> close() {
        preparing.clear();
        return release(List.copyOf(chains.keySet())).eventually(executor::close);
    }

    private <T> Future<T> onThread(Supplier<T> work) {
        try {
            return OffLoop.callOn(executor, work::get);
        } catch (RejectedExecutionException closed) {
            return Future.failedFuture(new WorkerException(WorkerException.Kind.UNREACHABLE, "the worker is closed"));
        }
    }
}
