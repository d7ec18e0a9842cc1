package io.policyengine.core.async;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.util.concurrent.Callable;

/**
 * Runs blocking or long work on worker threads. The result arrives on the caller's event loop.
 *
 * <p>Vert.x runs at most {@link io.vertx.core.VertxOptions#DEFAULT_WORKER_POOL_SIZE} tasks at once and queues others
 * without a bound, so callers must bound their work. A kernel's file access, for example, runs in steps of a {@link
 * SerialQueue}. Work that exchanges cause must run in {@link io.policyengine.core.work.executor.Executor} instead.
 */
public final class OffLoop {
    private OffLoop() {}

    /**
     * Runs work on a worker thread, concurrently with other work and in any order.
     *
     * @param work returns a result that is never null; its exceptions fail the future
     */
    @SuppressWarnings("NullAway") // Vert.x lets any result be null; this one is not
    public static <T> Future<T> call(Vertx vertx, Callable<T> work) {
        return vertx.executeBlocking(work, false);
    }

    /**
     * Runs work on dedicated threads, in the order in which the caller's event loop submits it.
     * @param work returns a result that is never null; its exceptions fail the future
     * @throws java.util.concurrent.RejectedExecutionException if the threads are closed
     */
    @SuppressWarnings("NullAway") // Vert.x lets any result be null; this one is not
    public static <T> Future<T> callInOrder(WorkerExecutor threads, Callable<T> work) {
        return threads.executeBlocking(work, true);
    }

    /**
     * Runs work on dedicated threads, in any order.
     *
     * @param work returns a result that is never null; its exceptions fail the future
     * @throws java.util.concurrent.RejectedExecutionException if the threads are closed
     */
    @SuppressWarnings("NullAway") // Vert.x lets any result be null; this one is not
    public static <T> Future<T> callOn(WorkerExecutor threads, Callable<T> work) {
        return threads.executeBlocking(work, false);
    }

    /** Runs work without a result on a worker thread, concurrently with other work and in any order. */
    @SuppressWarnings("NullAway") // a Void is always null
    public static Future<Void> run(Vertx vertx, Action work) {
        return vertx.executeBlocking(
                () -> {
                    work.runBlocking();
                    return null;
                },
                false);
    }

    /** Work without a result. */
    @FunctionalInterface
    public interface Action {
        /** Runs the work. An exception fails the future. */
        void runBlocking() throws Exception;
    }
}
