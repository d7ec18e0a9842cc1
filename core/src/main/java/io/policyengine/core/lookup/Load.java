package io.policyengine.core.lookup;

import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.error.PolicyException;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.core.work.StoppedException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A running load of a value, and the bounded number of callers that wait for it. Each caller is notified on its own
 * event loop.
 */
final class Load<V> {
    private static final int OVER = -1;

    private final Call call;
    private final boolean kept;
    private final Consumer<Load<V>> abandoned;
    private final @Nullable Context context = Vertx.currentContext();
    private final Set<Promise<V>> waiters = ConcurrentHashMap.newKeySet();

    /** The number of waiting callers, or {@link #OVER} if no caller can join the load any more. */
    private final AtomicInteger waiting = new AtomicInteger();

    private volatile @Nullable Future<V> result;

    /**
     * Creates a load that begins on this event loop.
     * @param kept whether the load continues when no caller waits for it
     * @param abandoned called when the load ends because no caller waits any more, before its call is cancelled
     */
    Load(Call call, boolean kept, Consumer<Load<V>> abandoned) {
        this.call = call;
        this.kept = kept;
        this.abandoned = abandoned;
    }

    Call call() {
        return call;
    }

    /**
     * Adds a caller, which waits until the load ends or the caller's own call is cancelled. Returns null if the load is
     * over.
     */
    @Nullable
    Future<V> join(Call waiter, int maxWaiters) {
        int others;
        do {
            others = waiting.get();
            if (others == OVER) {
                return null;
            }
            if (others >= maxWaiters) {
                return Future.failedFuture(new PolicyException(
                        ErrorCode.OVERLOADED, "more than " + maxWaiters + " callers wait for one lookup"));
            }
        } while (!waiting.compareAndSet(others, others + 1));
        Promise<V> promise = Promise.promise();
        waiters.add(promise);
        Future<V> known = result;
        if (known != null) {
            tell(promise, known);
            return promise.future();
        }
        Cancellation.Listening listening =
                waiter.cancellation().onCancelOfLoad(call.cancellation(), () -> leave(promise));
        return CallerContext.deliver(promise.future()).onComplete(_ -> listening.end());
    }

    private void leave(Promise<V> promise) {
        if (promise.tryFail(new StoppedException()) && waiters.remove(promise)) {
            if (leavesLast()) {
                abandoned.accept(this);
                onContext(call.cancellation()::cancel);
            }
        }
    }

    /** Removes a waiting caller. Returns true if the load ends because this was the last caller. */
    private boolean leavesLast() {
        int before;
        int after;
        do {
            before = waiting.get();
            if (before == OVER) {
                return false;
            }
            after = before == 1 && !kept ? OVER : before - 1;
        } while (!waiting.compareAndSet(before, after));
        return after == OVER;
    }

    /** Notifies all waiting callers. No caller can join afterwards. */
    void end(Future<V> ended) {
        waiting.set(OVER);
        result = ended;
        waiters.forEach(promise -> tell(promise, ended));
        waiters.clear();
    }

    private static <V> void tell(Promise<V> promise, Future<V> ended) {
        if (ended.succeeded()) {
            promise.tryComplete(ended.result());
        } else {
            promise.tryFail(ended.cause());
        }
    }

    private void onContext(Runnable action) {
        if (context == null || context.equals(Vertx.currentContext())) {
            action.run();
            return;
        }
        try {
            context.runOnContext(_ -> action.run());
        } catch (RejectedExecutionException over) {
            // Its event loop is closed, and the load with it.
            waiters.clear();
        }
    }
}
