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

    public static Iterable<EventExecutor> of(Vertx vertx) {
        return ((VertxInternal) vertx).nettyEventLoopGroup();
    }

    /** Returns a new context on an event loop of the instance. */
    public static Context context(Vertx vertx, EventLoop loop) {
        return ((VertxInternal) vertx).contextBuilder().withEventLoop(loop).build();
    }

    /**
     * Returns a new context on an event loop; clients created in it are referenced by it alone. Vert.x keeps a client,
     * closed or not, for as long as its context.
     */
    public static Context closingContext(Vertx vertx, EventLoop loop) {
        return ((VertxInternal) vertx)
                .contextBuilder()
                .withEventLoop(loop)
                .withCloseFuture(new CloseFuture())
                .build();
    }
}
