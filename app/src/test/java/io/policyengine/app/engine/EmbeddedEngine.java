package io.policyengine.app.engine;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import ch.qos.logback.core.encoder.Encoder;
import io.policyengine.admin.KernelAdmin;
import io.policyengine.app.log.Logs;
import io.policyengine.core.config.files.ConfTexts;
import io.policyengine.core.config.reading.ConfDirectory;
import io.policyengine.core.metrics.EngineRegistry;
import io.policyengine.core.work.executor.Executor;
import io.policyengine.kernel.KernelHost;
import io.policyengine.kernel.KernelVerticle;
import io.policyengine.kernel.ProcessResources;
import io.policyengine.kernel.reload.KernelStart;
import io.policyengine.testkit.envoy.EnvoySim;
import io.policyengine.testkit.envoy.model.FilterConfig;
import io.policyengine.testkit.time.Await;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.LoggerFactory;

/** An engine with its workers in this process, and the lines of its log at level trace, as they are written. */
final class EmbeddedEngine implements AutoCloseable {
    private final Path directory;
    private final Vertx vertx = Vertx.vertx();
    private final HttpClient client = vertx.createHttpClient();
    private final EngineRegistry metrics = new EngineRegistry();
    private final Host host = new Host(vertx, metrics, 1, Executor.ofProcess(metrics));
    private final Queue<String> lines = new ConcurrentLinkedQueue<>();
    private final LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    private final Logger engine = context.getLogger("io.policyengine");
    private final AppenderBase<ILoggingEvent> log = new AppenderBase<>() {
        private final Encoder<ILoggingEvent> encoder = Logs.encoder(EmbeddedEngine.this.context);

        @Override
        protected void append(ILoggingEvent event) {
            lines.add(new String(encoder.encode(event), StandardCharsets.UTF_8));
        }
    };

    /** An engine whose configuration is in this directory, once it is written. */
    EmbeddedEngine(Path directory) {
        this.directory = directory;
        log.setContext(context);
        log.start();
        engine.setLevel(Level.TRACE);
        engine.addAppender(log);
    }

    /** Writes a file of the configuration. */
    void write(String name, String text) throws IOException {
        Path file = directory.resolve(name);
        Files.createDirectories(file.resolveSibling("."));
        Files.writeString(file, text);
    }

    /** Starts it, and waits until it is ready. */
    KernelVerticle start() {
        ConfTexts texts = ConfTexts.readBlocking(directory);
        KernelVerticle kernel = new KernelVerticle(
                new KernelStart(texts, ConfDirectory.parse(texts, _ -> null)),
                new KernelHost(
                        _ -> null,
                        new PlacedWorkers(
                                host,
                                Conf.named(directory),
                                Placement.EMBEDDED,
                                new SocketDirectory(directory),
                                new KernelWatch(host),
                                new LongAdder()),
                        _ -> {},
                        new ProcessResources(metrics, host.work(), 1, InstantSource.system()),
                        List::of,
                        KernelAdmin.with(Logs.components()),
                        null));
        Await.result(vertx.deployVerticle(kernel));
        Await.result(kernel.firstReady());
        return kernel;
    }

    /** An Envoy in front of it, all of whose requests have this route. */
    EnvoySim envoy(KernelVerticle kernel, String route) {
        FilterConfig filter = FilterConfig.builder()
                .routeName(route)
                .allowModeOverride(true)
                .messageTimeout(Duration.ofSeconds(30))
                .build();
        return EnvoySim.builder(vertx)
                .target(SocketAddress.inetSocketAddress(kernel.port(), "127.0.0.1"))
                .filter(filter)
                .build();
    }

    /** The status and the body of an answer of its admin port. */
    String admin(KernelVerticle kernel, HttpMethod method, String path, String body, String token) {
        RequestOptions options = new RequestOptions()
                .setMethod(method)
                .setHost("127.0.0.1")
                .setPort(kernel.adminPort())
                .setURI(path)
                .putHeader("authorization", "Bearer " + token);
        return Await.result(client.request(options)
                .compose(request -> request.send(body)
                        .compose(response -> response.body().map(bytes -> response.statusCode() + " " + bytes))));
    }

    /** The lines of the log so far. */
    List<String> lines() {
        return List.copyOf(lines);
    }

    @Override
    public void close() {
        engine.detachAppender(log);
        engine.setLevel(null);
        Await.result(vertx.close());
    }
}
