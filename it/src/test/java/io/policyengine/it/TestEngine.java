package io.policyengine.it;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.policyengine.core.config.EngineConfig;
import io.policyengine.core.config.WorkerEndpointConfig;
import io.policyengine.core.config.files.ConfTexts;
import io.policyengine.core.config.reading.ConfDirectory;
import io.policyengine.core.metrics.Metric;
import io.policyengine.core.policy.PolicyFactory;
import io.policyengine.core.time.Ticker;
import io.policyengine.core.worker.WorkerConnector;
import io.policyengine.kernel.KernelHost;
import io.policyengine.kernel.KernelVerticle;
import io.policyengine.kernel.reload.KernelStart;
import io.policyengine.kernel.remote.RemoteWorker;
import io.policyengine.kernel.remote.RemoteWorkerOptions;
import io.policyengine.kernel.worker.registry.WorkerConnectors;
import io.policyengine.testkit.envoy.EnvoySim;
import io.policyengine.testkit.envoy.SimRequest;
import io.policyengine.testkit.envoy.SimResponse;
import io.policyengine.testkit.envoy.SimResult;
import io.policyengine.testkit.envoy.Upstream;
import io.policyengine.testkit.envoy.model.FilterConfig;
import io.policyengine.testkit.envoy.model.FilterConfigBuilder;
import io.policyengine.worker.EmbeddedWorker;
import io.policyengine.worker.LocalWorker;
import io.policyengine.worker.PolicyRegistry;
import io.policyengine.worker.WorkerOptions;
import io.policyengine.worker.server.WorkerServer;
import io.policyengine.worker.server.WorkerSocket;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** A whole engine: a kernel, workers with test policies in one of the two forms, and Envoy's simulator before them. */
final class TestEngine implements AutoCloseable {
    /** Time for a busy machine: what a test is about sets its own. */
    static final String PATIENT = """
            envoy: { message_timeout_ms: 20000 }
            limits: { phase_timeout_ms: 15000 }
            """;

    private static final int SECONDS = 30;

    private final TestWorker.Form form;
    private final Path directory;
    private final Vertx vertx = Vertx.vertx();
    private final PrometheusMeterRegistry metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final SimpleMeterRegistry workerMetrics = new SimpleMeterRegistry();
    private final List<WorkerConnector> connectors = new ArrayList<>();
    private final List<WorkerServer> servers = new ArrayList<>();
    private final List<EnvoySim> sims = new ArrayList<>();
    private @Nullable KernelVerticle kernel;

    TestEngine(TestWorker.Form form, Path directory) {
        this.form = form;
        this.directory = directory;
    }

    /** Adds a worker, in the order of the configuration, with those of the test policies that are named. */
    TestEngine worker(String name, UnaryOperator<WorkerOptions> change, String... policies) {
        List<PolicyFactory<?>> factories = new ArrayList<>(TestPolicies.all());
        factories.removeIf(
                factory -> !Set.of(policies).contains(factory.descriptor().name()));
        return worker(name, change, factories.toArray(PolicyFactory<?>[]::new));
    }

    /** Adds a worker with these policies. */
    TestEngine worker(String name, UnaryOperator<WorkerOptions> change, PolicyFactory<?>... factories) {
        LocalWorker worker = new LocalWorker(
                vertx, change.apply(patient(name)), PolicyRegistry.of(List.of(factories)), workerMetrics);
        if (form == TestWorker.Form.EMBEDDED) {
            connectors.add(new EmbeddedWorker(worker));
            return this;
        }
        String socket = directory.resolve(name).resolve("w.sock").toString();
        WorkerServer server =
                new WorkerServer(vertx, worker, WorkerSocket.ownersOnly(socket), 1, new SimpleMeterRegistry());
        await(server.start());
        servers.add(server);
        connectors.add(new RemoteWorker(vertx, RemoteWorkerOptions.defaults(socket), Ticker.SYSTEM, () -> {}));
        return this;
    }

    private WorkerOptions patient(String name) {
        Duration patience = Duration.ofSeconds(SECONDS);
        WorkerOptions usual = WorkerOptions.defaults(name, "0.0.1", directory);
        return new WorkerOptions(
                name,
                usual.version(),
                directory,
                usual.maxConcurrentRequests(),
                patience,
                patience,
                usual.failOnUnknown(),
                usual.limits(),
                usual.policySettings(),
                usual.secrets());
    }

    /** Starts the kernel with these settings, which name the workers, and routes; waits until all workers can be called. */
    TestEngine start(String settings, String... routes) {
        ConfTexts texts = texts(settings, String.join("", routes));
        EngineConfig config = ConfDirectory.parse(texts, _ -> null);
        KernelVerticle started = new KernelVerticle(
                new KernelStart(texts, config),
                new KernelHost(_ -> null, new InOrder(List.copyOf(connectors)), _ -> {}, metrics, 2, List::of));
        await(vertx.deployVerticle(started));
        kernel = started;
        config.kernel().workers().forEach(worker -> awaitHealth(worker.name(), 1));
        return this;
    }

    /** The workers that were added, in the order in which the configuration names them. */
    private record InOrder(List<WorkerConnector> connectors) implements WorkerConnectors {
        @Override
        public String place(WorkerEndpointConfig worker) {
            return EMBEDDED;
        }

        @Override
        public @Nullable String mismatch(List<WorkerEndpointConfig> workers) {
            return null;
        }

        @Override
        public WorkerConnector connect(WorkerEndpointConfig worker, EngineConfig config) {
            return connectors.get(config.kernel().workers().indexOf(worker));
        }
    }

    /** A route policy. */
    static String route(String name, String request, String response) {
        return route(name, "auto", request, response);
    }

    static String route(String name, String mode, String request, String response) {
        return """
                - route_name: %s
                  request_flow: { processing_mode: %s, policy_chain: %s }
                  response_flow: { processing_mode: %s, policy_chain: %s }
                """.formatted(name, mode, request, mode, response).indent(2);
    }

    private ConfTexts texts(String settings, String routes) {
        try {
            Path conf = Files.createDirectories(directory.resolve("conf"));
            Files.writeString(
                    conf.resolve("kernel.yaml"),
                    "policy_kernel:\n  server: { address: 127.0.0.1, port: 0 }\n  observability: { metrics_port: 0 }\n"
                            + settings.indent(2));
            Files.createDirectories(conf.resolve("routes"));
            Files.writeString(conf.resolve("routes/routes.yaml"), "route_policies:\n" + routes);
            return ConfTexts.readBlocking(conf);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    KernelVerticle kernel() {
        return Objects.requireNonNull(kernel, "start it first");
    }

    Vertx vertx() {
        return vertx;
    }

    void awaitHealth(String worker, double value) {
        Awaitility.await()
                .atMost(SECONDS, TimeUnit.SECONDS)
                .until(() -> metric(Metric.KERNEL_WORKER_HEALTH.id() + "{worker=\"" + worker + "\"}") == value);
    }

    /** Envoy's filter as the documentation recommends it, with time for a busy machine. */
    static FilterConfigBuilder filter(String route) {
        return FilterConfig.builder()
                .routeName(route)
                .responseAttribute("response.code_details", "via_upstream")
                .messageTimeout(Duration.ofSeconds(20))
                .allowModeOverride(true);
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

    /** A GET to an upstream that answers 200. */
    SimResult get(String route, String... headers) {
        return exchange(route, SimRequest.get("/", headers), SimResponse.of(200));
    }

    SimResult exchange(String route, SimRequest request, SimResponse response) {
        return await(envoy(filter(route).build()).exchange(request, Upstream.replying(response)));
    }

    /** A sample of the kernel's metrics as Prometheus writes it; 0 if there is none. */
    double metric(String sample) {
        return metrics.scrape()
                .lines()
                .filter(line -> line.startsWith(sample + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(sample.length() + 1)))
                .findFirst()
                .orElse(0);
    }

    /** Calls that the workers have begun. */
    long begunCalls() {
        return workerMetrics
                .get(Metric.WORKER_CONTEXT_SIZE.id())
                .tag("type", "headers")
                .summary()
                .count();
    }

    /** Ends the workers' processes, so to speak. */
    void loseWorkers() {
        servers.forEach(server -> await(server.close()));
        servers.clear();
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
        loseWorkers();
        await(vertx.close());
    }
}
