package io.policyengine.app.engine;

import io.netty.channel.ChannelHandler;
import io.policyengine.app.log.Logs;
import io.policyengine.app.process.DirectMemory;
import io.policyengine.app.process.HeapWatch;
import io.policyengine.app.process.ProcessMetric;
import io.policyengine.core.metrics.EngineRegistry;
import io.policyengine.core.vertx.AcceptTransport;
import io.policyengine.core.work.executor.Executor;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxBuilder;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * The base of a process of the engine: Vert.x and the registry of its meters.
 *
 * @param loops event loops that serve, one per processor
 * @param work threads for what takes too long for an event loop, and their share of the memory
 */
record Host(Vertx vertx, EngineRegistry metrics, int loops, Executor work) {
    private static final String LOG_DELEGATE = "vertx.logger-delegate-factory-class-name";

    /** Starts Vert.x, on the native transport where there is one, and the watch over the heap. */
    static Host start() {
        return start(new EngineRegistry(), builder -> builder);
    }

    /**
     * Starts one whose servers show each connection to a handler as they accept it.
     *
     * @param handlers makes one for each server
     */
    static Host start(Function<EngineRegistry, Supplier<ChannelHandler>> handlers) {
        EngineRegistry metrics = new EngineRegistry();
        return start(metrics, builder -> builder.withTransport(AcceptTransport.ofMachine(handlers.apply(metrics))));
    }

    private static Host start(EngineRegistry metrics, UnaryOperator<VertxBuilder> with) {
        System.setProperty(LOG_DELEGATE, "io.vertx.core.logging.SLF4JLogDelegateFactory");
        int loops = Runtime.getRuntime().availableProcessors();
        VertxOptions options = new VertxOptions()
                .setPreferNativeTransport(true)
                // One more, for what happens beside the exchanges.
                .setEventLoopPoolSize(loops + 1)
                // Nothing is served from files or the class path, and the disk may be read-only.
                .setFileSystemOptions(
                        new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false));
        Vertx vertx = with.apply(Vertx.builder()).with(options).build();
        ProcessMetric.bindTo(metrics);
        DirectMemory.bindTo(metrics);
        Logs.countDropped(metrics);
        HeapWatch.start();
        return new Host(vertx, metrics, loops, Executor.ofProcess(metrics));
    }

    /** The name of the transport in logs: {@code native} or {@code nio}. */
    String transport() {
        return vertx.isNativeTransportEnabled() ? "native" : "nio";
    }

    /** Waits for a result; not for an event loop. Throws what the future fails with if that is unchecked, else wraps it. */
    static <T> T awaitBlocking(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }
}
