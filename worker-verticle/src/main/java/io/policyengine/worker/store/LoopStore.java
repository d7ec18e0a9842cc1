package io.policyengine.worker.store;

import io.policyengine.core.config.StoreConfig;
import io.policyengine.core.time.DeadlineWheel;
import io.policyengine.core.time.Ticker;
import io.policyengine.worker.store.connection.Endpoint;
import io.policyengine.worker.store.connection.Link;
import io.policyengine.worker.store.connection.Links;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A store as one event loop reaches it, without ever leaving it: its servers, their connections, and its deadlines. */
final class LoopStore {
    private final RedisStore store;
    private final ContextInternal context;
    private final Ticker ticker;
    private final DeadlineWheel wheel;
    private final Topology topology;

    /** The store for the event loop of the context. */
    LoopStore(RedisStore store, ContextInternal context, Ticker ticker, StoreConfig config, Links links) {
        this.store = store;
        this.context = context;
        this.ticker = ticker;
        this.wheel = new DeadlineWheel(ticker, (time, turn) -> schedule(context, time, turn));
        List<Endpoint> endpoints = Endpoint.of(config);
        this.topology = config.mode() == StoreConfig.Mode.CLUSTER
                ? new Cluster(this, links, endpoints)
                : new OneServer(this, config, links, endpoints);
    }

    @SuppressWarnings("FutureReturnValueIgnored") // a turn is never taken back, and fails for itself
    private static void schedule(ContextInternal context, Duration time, Runnable turn) {
        context.nettyEventLoop().schedule(() -> context.dispatch(turn), time.toMillis(), TimeUnit.MILLISECONDS);
    }

    RedisStore store() {
        return store;
    }

    ContextInternal context() {
        return context;
    }

    DeadlineWheel wheel() {
        return wheel;
    }

    Topology topology() {
        return topology;
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

    /** Ends all connections; from any thread. */
    void close() {
        run(topology::close);
    }
}
