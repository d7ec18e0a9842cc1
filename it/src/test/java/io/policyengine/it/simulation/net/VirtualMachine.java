package io.policyengine.it.simulation.net;

import io.policyengine.core.time.Ticker;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.internal.VertxBootstrap;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Vert.x on simulated time and a simulated network, run by the thread that made it. Nothing in it depends on the real machine's
 * clock or threads: the same seed leads to the same events in the same order.
 */
public final class VirtualMachine implements AutoCloseable {
    private final VirtualClock clock = new VirtualClock();
    private final VirtualLoop loop = new VirtualLoop(clock);
    private final VirtualNetwork network = new VirtualNetwork(loop, clock);
    private final Vertx vertx;

    /** A machine on which nothing runs. */
    public VirtualMachine() {
        VertxBootstrap bootstrap = VertxBootstrap.create()
                .options(new VertxOptions()
                        .setEventLoopPoolSize(1)
                        // Would look at real time.
                        .setBlockedThreadCheckInterval(TimeUnit.DAYS.toMillis(1))
                        .setFileSystemOptions(new FileSystemOptions()
                                .setFileCachingEnabled(false)
                                .setClassPathResolvingEnabled(false)))
                .executorServiceFactory((_, _, _) -> new VirtualExecutor(loop));
        bootstrap.transport(new VirtualTransport(loop, network));
        vertx = bootstrap.init().vertx();
    }

    /** Vert.x of this machine. */
    public Vertx vertx() {
        return vertx;
    }

    /** Its connections. */
    public VirtualNetwork network() {
        return network;
    }

    /** Its clock. */
    public Ticker ticker() {
        return clock;
    }

    /** Begins a simulation; the one before has ended. */
    public void begin(long seed) {
        network.reset(seed);
    }

    /** Lets something happen after a time. */
    public void after(long nanos, Runnable event) {
        loop.after(nanos, event);
    }

    /** Lets things happen until it is done; false if it is not within the time, or nothing more happens. */
    public boolean runUntil(BooleanSupplier done, Duration limit) {
        return loop.runUntil(done, limit);
    }

    /** Lets this time pass. */
    public void pass(Duration time) {
        runUntil(() -> false, time);
    }

    /** What the future comes to; throws what it failed with. */
    public <T> T await(Future<T> future) {
        if (!runUntil(future::isComplete, Duration.ofMinutes(1))) {
            throw new IllegalStateException("nothing comes of it: " + future);
        }
        if (future.failed()) {
            throw new IllegalStateException(future.cause());
        }
        return future.result();
    }

    @Override
    public void close() {
        Future<Void> closed = vertx.close();
        runUntil(closed::isComplete, Duration.ofMinutes(1));
    }
}
