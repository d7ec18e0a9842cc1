package io.policyengine.core.async;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.util.concurrent.Callable;

/**
 * Work that may block, or takes long, on threads that may: not on an event loop. The result comes back on the caller's event loop.
 *
 * <p>Vert.x runs at most {@link io.vertx.core.VertxOptions#DEFAULT_WORKER_POOL_SIZE} pieces of work at once and queues the others without
 * a bound, so that whoever calls has one: what a kernel does with files comes in steps of a {@link SerialQueue}. Nothing that an exchange
 * asks for belongs here: that is done by {@link io.policyengine.core.work.executor.Executor}.
 */
public final class OffLoop {
    private OffLoop() {}

    /**
     * Runs beside other work, in no order.
     *
     * @param work gives a result that is never null; what it throws fails the future
     */
    @SuppressWarnings("NullAway") // Vert.x lets any result be null; this one is not
    public static <T> Future<T> call(Vertx vertx, Callable<T> work) {
        return vertx.executeBlocking(work, false);
    }

    /**
     * Runs on threads of its own, after all that the caller's event loop asked them for before.
     *
     * @param work gives a result that is never null; what it throws fails the future
     * @throws java.util.concurrent.RejectedExecutionException if the threads are closed
     */
    @SuppressWarnings("NullAway") // Vert.x lets any result be null; this one is not
    public static <T> Future<T> callInOrder(WorkerExecutor threads, Callable<T> work) {
        return threads.executeBlocking(work, true);
    }

    /**
     * Runs on threads of its own, in no order.
     *
     * @param work gives a result that is never null; what it throws fails the future
     * @throws java.util.concurrent.RejectedExecutionException if the threads are closed
     */
    @SuppressWarnings("NullAway") // Vert.x lets any result be null; this one is not
    public static <T> Future<T> callOn(WorkerExecutor threads, Callable<T> work) {
        return threads.executeBlocking(work, false);
    }

    /** Runs what has no result, beside other work, in no order. */
    @SuppressWarnings("NullAway") // a Void is never anything else than null
    public static Future<Void> run(Vertx vertx, Action work) {
        return vertx.executeBlocking(
                () -> {
                    work.runBlocking();
                    return null;
                },
                false);
    }

    /** Work that is done for its effect. */
    @FunctionalInterface
    public interface Action {
        /** Does it; what it throws fails the future. */
        void runBlocking() throws Exception;
    }
}
