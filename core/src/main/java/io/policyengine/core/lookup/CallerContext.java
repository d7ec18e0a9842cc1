package io.policyengine.core.lookup;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.concurrent.RejectedExecutionException;

/** Delivers the result of a future in the Vert.x context of the waiting caller. */
public final class CallerContext {
    private CallerContext() {}

    /**
     * Returns a future that completes in the caller's context, even if another thread completes the given future. If
     * the caller's event loop has ended by then, the returned future never completes.
     */
    public static <T> Future<T> deliver(Future<T> result) {
        Context context = Vertx.currentContext();
        if (context == null) {
            return result;
        }
        Promise<T> here = Promise.promise();
        result.onComplete((value, failure) -> run(context, () -> here.complete(value, failure)));
        return here.future();
    }

    private static void run(Context context, Runnable task) {
        if (context.equals(Vertx.currentContext())) {
            task.run();
            return;
        }
        try {
            context.runOnContext(_ -> task.run());
        } catch (RejectedExecutionException _) {
            // The event loop has ended, and the caller with it.
        }
    }
}
