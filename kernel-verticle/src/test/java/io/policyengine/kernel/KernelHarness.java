package io.policyengine.kernel;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.policyengine.core.config.EngineConfig;
import io.policyengine.core.config.WorkerEndpointConfig;
import io.policyengine.core.config.files.ConfTexts;
import io.policyengine.core.config.reading.ConfDirectory;
import io.policyengine.core.error.Problem;
import io.policyengine.core.policy.PolicyDescriptor;
import io.policyengine.core.worker.WorkerConnector;
import io.policyengine.kernel.generation.Origin;
import io.policyengine.kernel.grpc.RawClient;
import io.policyengine.kernel.history.Kept;
import io.policyengine.kernel.reload.KernelStart;
import io.policyengine.kernel.reload.LastGood;
import io.policyengine.kernel.reload.OnBadConfig;
import io.policyengine.kernel.reload.ReloadCoordinator;
import io.policyengine.kernel.reload.ReloadResult;
import io.policyengine.kernel.worker.registry.WorkerConnectors;
import io.policyengine.testkit.envoy.EnvoySim;
import io.policyengine.testkit.envoy.SimRequest;
import io.policyengine.testkit.envoy.SimResponse;
import io.policyengine.testkit.envoy.SimResult;
import io.policyengine.testkit.envoy.Upstream;
import io.policyengine.testkit.envoy.model.FilterConfig;
import io.policyengine.testkit.envoy.model.FilterConfigBuilder;
import io.policyengine.testkit.time.FakeTicker;
import io.policyengine.testkit.worker.ScriptedWorker;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A kernel with scripted workers, and Envoy's simulator before it. */
final class KernelHarness implements AutoCloseable {
    private static final int SECONDS = 30;

    private final Vertx vertx = Vertx.vertx();
    /** Kept: Vert.x closes clients that nobody refers to any more, also in the middle of a request. */
    private final HttpClient client = vertx.createHttpClient();

    private PrometheusMeterRegistry metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final List<EnvoySim> sims = new ArrayList<>();
    private final List<ScriptedWorker> workers = new ArrayList<>();
    private final List<EngineConfig> applied = new CopyOnWriteArrayList<>();
    private final Path directory = temporary();
    private final FakeTicker clock = new FakeTicker();
    private final Map<String, PolicyDescriptor> builtIn = new HashMap<>();
    private @Nullable KernelVerticle kernel;
    private String deployment = "";

    private KernelHarness() {}

    private static Path temporary() {
        try {
            return Files.createTempDirectory("kernel");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path tokenFile() {
        try {
            Path file = Files.writeString(Files.createTempFile("operators", ".token"), TOKEN);
            file.toFile().deleteOnExit();
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A harness to which workers are added before it is started. */
    static KernelHarness create() {
        return new KernelHarness();
    }

    Vertx vertx() {
        return vertx;
    }

    /** A policy that comes with the engine. */
    void comesWith(PolicyDescriptor policy) {
        builtIn.put(policy.name(), policy);
    }

    /** The kernel's time of day. */
    FakeTicker clock() {
        return clock;
    }

    /** A worker of the configuration, in its order. */
    ScriptedWorker worker(String name) {
        ScriptedWorker worker = new ScriptedWorker(vertx, name);
        workers.add(worker);
        return worker;
    }

    /** Of whoever may do everything; {@link Answer} shows it. */
    static final String TOKEN = "a-token-of-the-operators";

    /** As kernel.yaml has it; the file is no part of the conf directory, which tests take away. */
    static final String OPERATORS = "{ name: operators, role: write, file: '" + tokenFile() + "' }";

    /** Starts the kernel with these settings (the content of {@code policy_kernel}, without server) and routes. */
    KernelHarness start(String settings, String routes) {
        write("kernel.yaml", settings(settings));
        write("routes/routes.yaml", routes);
        return deploy(Kept.inMemory());
    }

    /** Starts a kernel on the conf directory as it is, in the place of the one before; its generations are kept in this folder. */
    KernelHarness restart(Path state) {
        end();
        return deploy(Kept.openBlocking(state, directory));
    }

    /** As {@link #restart}, where the conf directory cannot be used: by the last good generation. */
    KernelHarness restartByLastGood(Path state) {
        end();
        Kept kept = Kept.openBlocking(state, directory);
        ConfTexts found = ConfTexts.readBlocking(directory);
        List<Problem> problems = ConfDirectory.examine(found, _ -> null).problems();
        LastGood good = LastGood.readBlocking(
                Objects.requireNonNull(kept.earlier().newest()), found, texts -> ConfDirectory.parse(texts, _ -> null));
        return deploy(new KernelStart(
                good.texts(),
                good.config(),
                kept,
                OnBadConfig.LAST_GOOD,
                new KernelStart.Rejected(found, problems, good.snapshot())));
    }

    /** Ends the kernel, if one runs; the next one has meters of its own. */
    private void end() {
        await(stop());
        metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    }

    private KernelHarness deploy(Kept kept) {
        ConfTexts texts = ConfTexts.readBlocking(directory);
        EngineConfig config = ConfDirectory.parse(texts, name -> null);
        return deploy(new KernelStart(texts, config, kept, OnBadConfig.FAIL, null));
    }

    private KernelHarness deploy(KernelStart start) {
        KernelVerticle started = new KernelVerticle(
                start,
                new KernelHost(
                        name -> null, new Connectors(start.config()), applied::add, metrics, 2, List::of, clock));
        kernel = started;
        deployment = await(vertx.deployVerticle(started));
        return this;
    }

    /** What kernel.yaml says with these settings. */
    static String settings(String settings) {
        String quiet = settings.contains("observability:")
                ? ""
                : "  observability: { metrics_port: 0, admin_tokens: [ " + OPERATORS + " ] }\n";
        String open = settings.contains("unknown_route:") ? "" : "  unknown_route: continue\n";
        return "policy_kernel:\n  server: { address: 127.0.0.1, port: 0 }\n" + quiet + settings.indent(2) + open;
    }

    /** Writes a file of the conf directory. */
    void write(String name, String text) {
        try {
            Path file = directory.resolve(name);
            Files.createDirectories(Objects.requireNonNull(file.getParent()));
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What a file of the conf directory says. */
    String read(String name) {
        try {
            return Files.readString(directory.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** For requests to the admin server. */
    HttpClient client() {
        return client;
    }

    /** The port of the admin server. */
    int adminPort() {
        return kernel().adminPort();
    }

    /** The conf directory. */
    Path directory() {
        return directory;
    }

    ReloadCoordinator reloads() {
        return kernel().reloads();
    }

    /** The configurations that were put into force. */
    List<EngineConfig> applied() {
        return applied;
    }

    /** Asks for a look at the conf directory. */
    ReloadResult reload() {
        return await(reloads().reload(Origin.SIGNAL));
    }

    /** The scripted workers, in the order in which the configuration comes to name them; workers without policies beyond them. */
    private final class Connectors implements WorkerConnectors {
        private final Map<String, ScriptedWorker> placed = new HashMap<>();

        Connectors(EngineConfig first) {
            first.kernel().workers().forEach(this::worker);
        }

        private ScriptedWorker worker(WorkerEndpointConfig config) {
            if (placed.size() == workers.size()) {
                KernelHarness.this.worker(config.name());
            }
            return placed.computeIfAbsent(config.name() + " " + place(config), _ -> workers.get(placed.size()));
        }

        @Override
        public String place(WorkerEndpointConfig worker) {
            return worker.socketPath() == null ? EMBEDDED : worker.socketPath();
        }

        @Override
        public @Nullable String mismatch(List<WorkerEndpointConfig> all) {
            return null;
        }

        @Override
        public Map<String, PolicyDescriptor> builtIn() {
            return builtIn;
        }

        @Override
        public WorkerConnector connect(WorkerEndpointConfig worker, EngineConfig config) {
            return worker(worker);
        }
    }

    private KernelVerticle kernel() {
        return Objects.requireNonNull(kernel, "start the kernel first");
    }

    /** Envoy's filter as the documentation recommends it, sending this route name. */
    static FilterConfig filter(String routeName) {
        return filterBuilder(routeName).allowModeOverride(true).build();
    }

    /** Envoy's defaults, but with time for a JVM that has just started. */
    static FilterConfigBuilder filterBuilder(String routeName) {
        return FilterConfig.builder()
                .routeName(routeName)
                .responseAttribute("response.code_details", "via_upstream")
                .messageTimeout(Duration.ofSeconds(SECONDS));
    }

    EnvoySim envoy(FilterConfig filter) {
        return envoy(filter, vertx);
    }

    /** One that shares no event loop with the kernel. */
    EnvoySim envoy(FilterConfig filter, Vertx elsewhere) {
        EnvoySim sim = EnvoySim.builder(elsewhere)
                .target(SocketAddress.inetSocketAddress(kernel().port(), "127.0.0.1"))
                .filter(filter)
                .build();
        sims.add(sim);
        return sim;
    }

    /** A GET through the recommended filter to an upstream that answers 200. */
    SimResult get(String routeName, String... headers) {
        return exchange(routeName, SimRequest.get("/", headers));
    }

    SimResult exchange(String routeName, SimRequest request) {
        return await(envoy(filter(routeName)).exchange(request, Upstream.replying(SimResponse.of(200))));
    }

    /** The value of a sample of {@code /metrics}, 0 if there is none; the sample as Prometheus writes it. */
    double metric(String sample) {
        return metrics.scrape()
                .lines()
                .filter(line -> line.startsWith(sample + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(sample.length() + 1)))
                .findFirst()
                .orElse(0);
    }

    /** Status and body of a path of the admin server. */
    String admin(String path) {
        // In one step, on the client's event loop: asked for later, a body may be over before, and then it never comes.
        return await(client.request(HttpMethod.GET, kernel().adminPort(), "127.0.0.1", path)
                .compose(request -> request.send()
                        .compose(response -> response.body().map(body -> response.statusCode() + " " + body))));
    }

    /** The port that Envoy connects to. */
    int port() {
        return kernel().port();
    }

    /** Bodies that stream through the workers now. */
    int openStreams() {
        return workers.stream().mapToInt(ScriptedWorker::openStreams).sum();
    }

    int activeExchanges() {
        return kernel().activeExchanges();
    }

    long bufferedBytes() {
        return kernel().bufferedBytes();
    }

    RawClient rawClient() {
        return new RawClient(vertx, kernel().port(), HttpVersion.HTTP_2);
    }

    Future<Void> drain() {
        return kernel().drain();
    }

    /** Ends the kernel, if one runs. */
    Future<Void> stop() {
        String running = deployment;
        deployment = "";
        return running.isEmpty() ? Future.succeededFuture() : vertx.undeploy(running);
    }

    static <T> T await(Future<T> future) {
        try {
            return future.await(SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError("nothing within " + SECONDS + " s", e);
        }
    }

    @Override
    public void close() {
        sims.forEach(sim -> await(sim.shutdown()));
        await(vertx.close());
    }
}
