package io.policyengine.worker.store;

import io.policyengine.core.time.DeadlineWheel;
import io.policyengine.core.time.Ticker;
import io.policyengine.worker.store.connection.Link;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The context of a store's servers on one event loop: its deadlines, and the breakers that all event loops share. */
final class NodeContext {
    private final StoreBreakers breakers;
    private final ContextInternal context;
    private final Ticker ticker;
    private final DeadlineWheel wheel;

    /** The context of servers that are reached from its event loop. */
    NodeContext(StoreBreakers breakers, ContextInternal context, Ticker ticker) {
        this.breakers = breakers;
        this.context = context;
        this.ticker = ticker;
        this.wheel = new DeadlineWheel(ticker, (time, turn) -> schedule(context, time, turn));
    }

    @SuppressWarnings("FutureReturnValueIgnored") // a turn is never taken back, and fails for itself
    private static void schedule(ContextInternal context, Duration time, Runnable turn) {
        context.nettyEventLoop().schedule(() -> context.dispatch(turn), time.toMillis(), TimeUnit.MILLISECONDS);
    }

    StoreBreakers breakers() {
        return breakers;
    }

    /** The name of the store. */
    String store() {
        return breakers.store();
    }

    ContextInternal context() {
        return context;
    }

    DeadlineWheel wheel() {
        return wheel;
    }

    long now() {
        return ticker.nanoTime();
    }

    /** Runs it on the event loop, in no request's context; now, if the caller is on it. */
    void run(Runnable task) {
        if (context.inThread()) {
            context.dispatch(task);
        } else {
            context.runOnContext(_ -> task.run());
        }
    }

    /** Returns the reply to an internal query; fails with the given cause if it is late. */
    Future<@Nullable Response> ask(Link link, Request question, Duration patience, Throwable late) {
        Promise<@Nullable Response> promise = context.promise();
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
