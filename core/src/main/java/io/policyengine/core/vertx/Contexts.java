package io.policyengine.core.vertx;

import io.netty.channel.EventLoop;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import org.jspecify.annotations.Nullable;

/** The parts of a context that {@link Context} does not have: its promises, timers and event loop. */
public final class Contexts {
    private Contexts() {}

    /** Returns a promise whose future calls its handlers on the context, whatever thread completes it. */
    public static <T extends @Nullable Object> Promise<T> promise(Context context) {
        return internal(context).promise();
    }

    /** Returns a failed future that calls its handlers on the context. */
    public static <T> Future<T> failedFuture(Context context, Throwable cause) {
        return internal(context).failedFuture(cause);
    }

    /** True if the caller is on the event loop of the context. */
    public static boolean inThread(Context context) {
        return internal(context).inThread();
    }

    public static EventLoop eventLoop(Context context) {
        return internal(context).nettyEventLoop();
    }

    /** Runs a task in the context: now if the caller is on its event loop, otherwise there. */
    public static <T> void emit(Context context, T argument, Handler<T> task) {
        internal(context).emit(argument, task);
    }

    /**
     * Runs a task on the event loop of the context, now if the caller is on it; the current context stays the caller's.
     *
     * @throws java.util.concurrent.RejectedExecutionException if the event loop has ended
     */
    public static void execute(Context context, Runnable task) {
        internal(context).execute(task);
    }

    /** Runs a task in the context now. The caller must be on its event loop. */
    public static void dispatch(Context context, Runnable task) {
        internal(context).dispatch(task);
    }

    /** Starts a timer that fires in the context; from any thread, unlike those of {@link io.vertx.core.Vertx}. */
    public static long setTimer(Context context, long millis, Handler<Long> task) {
        return internal(context).setTimer(millis, task);
    }

    private static ContextInternal internal(Context context) {
        return (ContextInternal) context;
    }
}
