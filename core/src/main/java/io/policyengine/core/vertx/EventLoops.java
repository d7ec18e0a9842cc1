package io.policyengine.core.vertx;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.EventExecutor;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.internal.CloseFuture;
import io.vertx.core.internal.VertxInternal;

/** The event loops of a Vert.x instance, and contexts on a chosen one. */
public final class EventLoops {
    private EventLoops() {}

    /** Returns all event loops of an instance. */
    public static Iterable<EventExecutor> of(Vertx vertx) {
        return ((VertxInternal) vertx).nettyEventLoopGroup();
    }

    /** Returns a new context on an event loop of the instance. */
    public static Context context(Vertx vertx, EventLoop loop) {
        return ((VertxInternal) vertx).contextBuilder().withEventLoop(loop).build();
    }

    /**
     * Returns a new context on an event loop of the instance that alone refers to the clients made in it. Vert.x keeps a
     * client, closed or not, for as long as the context.
     */
    public static Context closingContext(Vertx vertx, EventLoop loop) {
        return ((VertxInternal) vertx)
                .contextBuilder()
                .withEventLoop(loop)
                .withCloseFuture(new CloseFuture())
                .build();
    }
}
