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
 * The parts that every process of the engine needs: Vert.x, meters and threads.
 *
 * @param loops number of event loops that serve, one per processor
 * @param work threads, with a memory budget, for work that is too long for an event loop
 */
record Host(Vertx vertx, EngineRegistry metrics, int loops, Executor work) {
    private static final String LOG_DELEGATE = "vertx.logger-delegate-factory-class-name";

    /** Starts Vert.x, on the native transport if available, and the watch on the heap. */
    static Host start() {
        return start(new EngineRegistry(), builder -> builder);
    }

    /** Starts a host; {@code handlers} supplies the Netty handler through which each accepted connection passes. */
    static Host start(Function<EngineRegistry, Supplier<ChannelHandler>> handlers) {
        EngineRegistry metrics = new EngineRegistry();
        return start(metrics, builder -> builder.withTransport(AcceptTransport.ofMachine(handlers.apply(metrics))));
    }

    private static Host start(EngineRegistry metrics, UnaryOperator<VertxBuilder> with) {
        System.setProperty(LOG_DELEGATE, "io.vertx.core.logging.SLF4JLogDelegateFactory");
        int loops = Runtime.getRuntime().availableProcessors();
        VertxOptions options = new VertxOptions()
                .setPreferNativeTransport(true)
                // One more loop, for work outside exchanges.
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

    String transport() {
        return vertx.isNativeTransportEnabled() ? "native" : "nio";
    }

    /** Waits for a result, off the event loops. Throws the future's failure, in a wrapper if it is checked. */
    static <T> T awaitBlocking(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }
}
