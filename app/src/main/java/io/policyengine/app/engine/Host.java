package io.policyengine.app.engine;

import io.netty.channel.ChannelHandler;
import io.netty.channel.epoll.Epoll;
import io.policyengine.app.log.Logs;
import io.policyengine.app.process.DirectMemory;
import io.policyengine.app.process.HeapWatch;
import io.policyengine.app.process.ProcessMetric;
import io.policyengine.core.metrics.EngineRegistry;
import io.policyengine.core.vertx.AcceptTransport;
import io.policyengine.core.vertx.EngineVertx;
import io.policyengine.core.work.executor.Executor;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxBuilder;
import io.vertx.core.VertxOptions;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The parts that every process of the engine needs: Vert.x, meters and threads.
 *
 * @param loops number of event loops that serve, one per processor
 * @param work threads, with a memory budget, for work that is too long for an event loop
 */
record Host(Vertx vertx, EngineRegistry metrics, int loops, Executor work) {
    private static final Logger LOG = LoggerFactory.getLogger(Host.class);
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
        VertxOptions options = EngineVertx.options()
                .setPreferNativeTransport(true)
                // One more loop, for work outside exchanges.
                .setEventLoopPoolSize(loops + 1);
        Vertx vertx = with.apply(Vertx.builder()).with(options).build();
        warnOfNio();
        ProcessMetric.bindTo(metrics);
        DirectMemory.bindTo(metrics);
        Logs.countDropped(metrics);
        HeapWatch.start();
        return new Host(vertx, metrics, loops, Executor.ofProcess(metrics));
    }

    /** Logs why Linux's native transport cannot be used; on other systems, NIO is the usual transport. */
    private static void warnOfNio() {
        Throwable failure = "Linux".equals(System.getProperty("os.name")) ? Epoll.unavailabilityCause() : null;
        if (failure != null) {
            LOG.atWarn()
                    .log(
                            "NIO is used instead of the native transport, whose library does not load from {} ({}); set"
                                    + " java.io.tmpdir to a folder that is writable and not mounted noexec, or put the"
                                    + " library into a folder of java.library.path",
                            System.getProperty("java.io.tmpdir"),
                            rootOf(failure).getMessage());
        }
    }

    private static Throwable rootOf(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
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
