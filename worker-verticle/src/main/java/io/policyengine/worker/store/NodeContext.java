package io.policyengine.worker.store;

import io.policyengine.core.time.DeadlineWheel;
import io.policyengine.core.time.Ticker;
import io.policyengine.core.vertx.Contexts;
import io.policyengine.worker.store.connection.StoreConnection;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The environment of a store's connections on one event loop: the event loop, its deadlines, and the circuit breakers.
 * All event loops share the breakers.
 */
final class NodeContext {
    private final StoreBreakers breakers;
    private final Context context;
    private final Ticker ticker;
    private final DeadlineWheel wheel;

    NodeContext(StoreBreakers breakers, Context context, Ticker ticker) {
        this.breakers = breakers;
        this.context = context;
        this.ticker = ticker;
        this.wheel = new DeadlineWheel(ticker, (time, turn) -> schedule(context, time, turn));
    }

    @SuppressWarnings("FutureReturnValueIgnored") // a task is never cancelled, and reports its own failure
    private static void schedule(Context context, Duration time, Runnable turn) {
        Contexts.eventLoop(context)
                .schedule(() -> Contexts.dispatch(context, turn), time.toMillis(), TimeUnit.MILLISECONDS);
    }

    StoreBreakers breakers() {
        return breakers;
    }

    String store() {
        return breakers.store();
    }

    Context context() {
        return context;
    }

    DeadlineWheel wheel() {
        return wheel;
    }

    long now() {
        return ticker.nanoTime();
    }

    /**
     * Runs a task on the event loop, outside of any request's context; immediately if the caller is on this event loop.
     */
    void run(Runnable task) {
        if (Contexts.inThread(context)) {
            Contexts.dispatch(context, task);
        } else {
            context.runOnContext(_ -> task.run());
        }
    }

    /** Sends a query that belongs to no operation. Fails with {@code late} if the reply does not arrive in time. */
    Future<@Nullable Response> ask(StoreConnection link, Request question, Duration patience, Throwable late) {
        Promise<@Nullable Response> promise = Contexts.<@Nullable Response>promise(context);
        DeadlineWheel.Deadline deadline = wheel.add(now() + patience.toNanos(), () -> promise.tryFail(late));
        link.send(question)
                .onComplete(
                        reply -> {
                            deadline.cancel();
                            promise.tryComplete(reply);
                        },
                        failed -> {
                            deadline.cancel();
                            promise.tryFail(failed);
                        });
        return promise.future();
    }
}
