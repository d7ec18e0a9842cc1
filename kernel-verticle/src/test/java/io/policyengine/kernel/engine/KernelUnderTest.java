package io.policyengine.kernel.engine;

import io.policyengine.core.config.files.ConfTexts;
import io.policyengine.core.config.reading.ConfDirectory;
import io.policyengine.core.metrics.EngineRegistry;
import io.policyengine.core.work.executor.Executor;
import io.policyengine.kernel.KernelHost;
import io.policyengine.kernel.KernelVerticle;
import io.policyengine.kernel.Management;
import io.policyengine.kernel.ProcessResources;
import io.policyengine.kernel.reload.KernelStart;
import io.policyengine.kernel.worker.registry.WorkerConnectors;
import io.policyengine.testkit.envoy.EnvoySim;
import io.policyengine.testkit.envoy.SimRequest;
import io.policyengine.testkit.envoy.SimResponse;
import io.policyengine.testkit.envoy.SimResult;
import io.policyengine.testkit.envoy.Upstream;
import io.policyengine.testkit.envoy.model.FilterConfig;
import io.policyengine.testkit.envoy.model.FilterConfigBuilder;
import io.policyengine.testkit.time.Await;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A kernel on a Vert.x of its own and Envoy's simulators before it; what they begin ends with it. */
public final class KernelUnderTest implements AutoCloseable {
    private static final Duration MESSAGE_TIMEOUT = Duration.ofMinutes(1);

    private final Vertx vertx = Vertx.vertx();
    /** Kept: Vert.x closes clients that nobody refers to any more, also in the middle of a request. */
    private final HttpClient client = vertx.createHttpClient();

    private final List<EnvoySim> sims = new ArrayList<>();
    private final Management.Factory management;
    private EngineRegistry metrics = new EngineRegistry();
    private @Nullable KernelVerticle kernel;
    private String deployment = "";

    /** Kernels without management, unless their hosts say otherwise. */
    public KernelUnderTest() {
        this(Management.NONE);
    }

    /** Kernels with this management, unless their hosts say otherwise. */
    public KernelUnderTest(Management.Factory management) {
        this.management = management;
    }

    /** Writes a file of a conf directory. */
    public static void write(Path directory, String name, String text) {
        try {
            Path file = directory.resolve(name);
            Files.createDirectories(file.resolveSibling("."));
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts a kernel on this conf directory, with two event loops for Envoy. */
    public KernelVerticle start(Path directory, WorkerConnectors workers) {
        ConfTexts texts = ConfTexts.readBlocking(directory);
        return start(
                new KernelStart(texts, ConfDirectory.parse(texts, _ -> null)),
                meters -> new KernelHost(
                        _ -> null,
                        workers,
                        _ -> {},
                        new ProcessResources(meters, Executor.ofProcess(meters), 2, InstantSource.system()),
                        List::of,
                        management,
                        null));
    }

    /** Starts a kernel, in the place of the one before; it has meters of its own, which the host is made with. */
    public KernelVerticle start(KernelStart start, Function<EngineRegistry, KernelHost> host) {
        Await.result(stop());
        metrics = new EngineRegistry();
        KernelVerticle started = new KernelVerticle(start, host.apply(metrics));
        kernel = started;
        deployment = Await.result(vertx.deployVerticle(started));
        return started;
    }

    /** The kernel that was started last. */
    public KernelVerticle kernel() {
        return Objects.requireNonNull(kernel, "start the kernel first");
    }

    /** The Vert.x of all of it. */
    public Vertx vertx() {
        return vertx;
    }

    /** A client for requests to the admin server. */
    public HttpClient client() {
        return client;
    }

    /** Envoy's filter as the documentation recommends it, with time for a JVM that has just started. */
    public static FilterConfigBuilder filter(String routeName) {
        return FilterConfig.builder()
                .routeName(routeName)
                .responseAttribute("response.code_details", "via_upstream")
                .messageTimeout(MESSAGE_TIMEOUT);
    }

    /** An Envoy before the kernel. */
    public EnvoySim envoy(FilterConfig filter) {
        return envoy(filter, vertx);
    }

    /** One that shares no event loop with the kernel. */
    public EnvoySim envoy(FilterConfig filter, Vertx elsewhere) {
        EnvoySim sim = EnvoySim.builder(elsewhere)
                .target(SocketAddress.inetSocketAddress(kernel().port(), "127.0.0.1"))
                .filter(filter)
                .build();
        sims.add(sim);
        return sim;
    }

    /** An exchange through the recommended filter, which lets the mode be overridden. */
    public SimResult exchange(String routeName, SimRequest request, SimResponse response) {
        FilterConfig recommended = filter(routeName).allowModeOverride(true).build();
        return Await.result(envoy(recommended).exchange(request, Upstream.replying(response)));
    }

    /** A sample of the kernel's metrics, named as Prometheus writes it; 0 if there is none. */
    public double metric(String sample) {
        return metrics.scrape()
                .lines()
                .filter(line -> line.startsWith(sample + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(sample.length() + 1)))
                .findFirst()
                .orElse(0);
    }

    /** Status and body of what the admin server answers. */
    public String admin(String path) {
        // In one step, on the client's event loop: asked for later, a body may be over before, and then it never comes.
        return Await.result(client.request(HttpMethod.GET, kernel().adminPort(), "127.0.0.1", path)
                .compose(request -> request.send()
                        .compose(response -> response.body().map(body -> response.statusCode() + " " + body))));
    }

    /** Ends the kernel, if one runs. */
    public Future<Void> stop() {
        String running = deployment;
        deployment = "";
        return running.isEmpty() ? Future.succeededFuture() : vertx.undeploy(running);
    }

    @Override
    public void close() {
        sims.forEach(sim -> Await.result(sim.shutdown()));
        Await.result(vertx.close());
    }
}
