package io.policyengine.core.vertx;

import io.netty.channel.EventLoop;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import org.jspecify.annotations.Nullable;

/** Operations that the public interface of {@link Context} lacks, on promises, timers and event loops. */
public final class Contexts {
    private Contexts() {}

    /**
     * Returns a promise whose future calls its handlers on the context, even if another thread completes the promise.
     */
    public static <T extends @Nullable Object> Promise<T> promise(Context context) {
        return internal(context).promise();
    }

    /** Returns a failed future that calls its handlers on the context. */
    public static <T> Future<T> failedFuture(Context context, Throwable cause) {
        return internal(context).failedFuture(cause);
    }

    /** Returns whether the caller runs on the context's event loop. */
    public static boolean inThread(Context context) {
        return internal(context).inThread();
    }

    public static EventLoop eventLoop(Context context) {
        return internal(context).nettyEventLoop();
    }

    /**
     * Runs a task in the context: immediately if the caller is on the context's event loop, otherwise later on this
     * event loop.
     */
    public static <T> void emit(Context context, T argument, Handler<T> task) {
        internal(context).emit(argument, task);
    }

    /**
     * Runs a task on the context's event loop, immediately if the caller is on this event loop. The current context
     * stays the caller's.
     *
     * @throws java.util.concurrent.RejectedExecutionException if the event loop has ended
     */
    public static void execute(Context context, Runnable task) {
        internal(context).execute(task);
    }

    /** Runs a task in the context immediately. The caller must be on the context's event loop. */
    public static void dispatch(Context context, Runnable task) {
        internal(context).dispatch(task);
    }

    /**
     * Starts a timer that fires in the context. Callable on any thread, unlike the timers of {@link
     * io.vertx.core.Vertx}.
     */
    public static long setTimer(Context context, long millis, Handler<Long> task) {
        return internal(context).setTimer(millis, task);
    }

    private static ContextInternal internal(Context context) {
        return (ContextInternal) context;
    }
}
