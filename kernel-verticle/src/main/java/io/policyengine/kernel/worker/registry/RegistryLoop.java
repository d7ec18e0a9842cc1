package io.policyengine.kernel.worker.registry;

import io.policyengine.core.worker.WorkerException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;

/** Runs actions and completes futures on the registry's event loop. */
final class RegistryLoop {
    private final Vertx vertx;
    private final Context context;

    RegistryLoop(Vertx vertx) {
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
    }

    void run(Runnable action) {
        context.runOnContext(_ -> action.run());
    }

    void after(long millis, Runnable action) {
        vertx.setTimer(millis, _ -> run(action));
    }

    /** Returns a future that has the same result, but completes on the registry's event loop. */
    <T> Future<T> here(Future<T> future) {
        Promise<T> result = Promise.promise();
        future.onComplete(completed -> run(() -> {
            if (completed.succeeded()) {
                result.complete(completed.result());
            } else {
                result.fail(completed.cause());
            }
        }));
        return result.future();
    }

    /**
     * Returns a future that has the same result, but completes on the registry's event loop, and fails with
     * {@link WorkerException} after the time limit.
     */
    <T> Future<T> within(Duration limit, Future<T> future) {
        Promise<T> result = Promise.promise();
        long timer = vertx.setTimer(
                Math.max(1, limit.toMillis()),
                _ -> result.tryFail(new WorkerException(
                        WorkerException.Kind.TIMEOUT, "it did not answer within " + limit.toMillis() + " ms")));
        here(future).onComplete(completed -> {
            vertx.cancelTimer(timer);
            if (completed.succeeded()) {
                result.tryComplete(completed.result());
            } else {
                result.tryFail(completed.cause());
            }
        });
        return result.future();
    }
}
