package io.policyengine.core.vertx;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.EventExecutor;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.internal.CloseFuture;
import io.vertx.core.internal.VertxInternal;

/** Provides the event loops of a Vert.x instance, and contexts on a chosen event loop. */
public final class EventLoops {
    private EventLoops() {}

    public static Iterable<EventExecutor> of(Vertx vertx) {
        return ((VertxInternal) vertx).nettyEventLoopGroup();
    }

    /** Returns a new context on an event loop of the instance. */
    public static Context context(Vertx vertx, EventLoop loop) {
        return ((VertxInternal) vertx).contextBuilder().withEventLoop(loop).build();
    }

    /**
     * Returns a new context on an event loop, for clients that are closed before Vert.x. A client, even a closed one,
     * stays reachable through the context in which it was created. Only the caller references the new context, so the
     * client and its context can be garbage-collected.
     */
    public static Context closingContext(Vertx vertx, EventLoop loop) {
        return ((VertxInternal) vertx)
                .contextBuilder()
                .withEventLoop(loop)
                .withCloseFuture(new CloseFuture())
                .build();
    }
}
