package io.policyengine.it.engine;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.policyengine.admin.KernelAdmin;
import io.policyengine.core.config.WorkerEndpointConfig;
import io.policyengine.core.config.files.ConfTexts;
import io.policyengine.core.config.reading.ConfDirectory;
import io.policyengine.core.log.ComponentLevels;
import io.policyengine.core.metrics.KernelMetric;
import io.policyengine.core.metrics.WorkerMetric;
import io.policyengine.core.policy.PolicyFactory;
import io.policyengine.core.time.Ticker;
import io.policyengine.core.worker.WorkerConnector;
import io.policyengine.kernel.KernelVerticle;
import io.policyengine.kernel.engine.KernelUnderTest;
import io.policyengine.kernel.engine.ListedWorkers;
import io.policyengine.kernel.remote.RemoteWorker;
import io.policyengine.kernel.remote.RemoteWorkerOptions;
import io.policyengine.testkit.envoy.EnvoySim;
import io.policyengine.testkit.envoy.SimRequest;
import io.policyengine.testkit.envoy.SimResponse;
import io.policyengine.testkit.envoy.SimResult;
import io.policyengine.testkit.envoy.model.FilterConfig;
import io.policyengine.testkit.envoy.model.FilterConfigBuilder;
import io.policyengine.testkit.time.Await;
import io.policyengine.worker.EmbeddedWorker;
import io.policyengine.worker.LocalWorker;
import io.policyengine.worker.PolicyRegistry;
import io.policyengine.worker.WorkerOptions;
import io.policyengine.worker.server.WorkerServer;
import io.policyengine.worker.server.WorkerSocket;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.UnaryOperator;

/** A whole engine: a kernel, workers with test policies in one of the two forms, and Envoy's simulator before them. */
public final class TestEngine implements AutoCloseable {
    /** Time for a busy machine: what a test is about sets its own. */
    public static final String PATIENT = """
            envoy: { message_timeout_ms: 20000 }
            limits: { phase_timeout_ms: 15000 }
            """;

    private static final int SECONDS = 30;

    private final TestWorker.Form form;
    private final Path directory;
    private final KernelUnderTest engine = new KernelUnderTest(KernelAdmin.with(ComponentLevels.NONE));
    private final SimpleMeterRegistry workerMetrics = new SimpleMeterRegistry();
    private final List<WorkerConnector> connectors = new ArrayList<>();
    private final List<WorkerServer> servers = new ArrayList<>();

    public TestEngine(TestWorker.Form form, Path directory) {
        this.form = form;
        this.directory = directory;
    }

    /** Adds a worker, in the order of the configuration, with those of the test policies that are named. */
    public TestEngine worker(String name, UnaryOperator<WorkerOptions> change, String... policies) {
        List<PolicyFactory<?>> factories = new ArrayList<>(TestPolicies.all());
        factories.removeIf(
                factory -> !Set.of(policies).contains(factory.descriptor().name()));
        return worker(name, change, factories.toArray(PolicyFactory<?>[]::new));
    }

    /** Adds a worker with these policies. */
    public TestEngine worker(String name, UnaryOperator<WorkerOptions> change, PolicyFactory<?>... factories) {
        LocalWorker worker = new LocalWorker(
                engine.vertx(), change.apply(patient(name)), PolicyRegistry.of(List.of(factories)), workerMetrics);
        if (form == TestWorker.Form.EMBEDDED) {
            connectors.add(new EmbeddedWorker(worker));
            return this;
        }
        // Two workers of one name are two replicas.
        String socket =
                directory.resolve(name + servers.size()).resolve("w.sock").toString();
        WorkerServer server =
                new WorkerServer(engine.vertx(), worker, WorkerSocket.ownersOnly(socket), 1, new SimpleMeterRegistry());
        Await.result(server.start());
        servers.add(server);
        connectors.add(new RemoteWorker(
                engine.vertx(), RemoteWorkerOptions.defaults(socket), Ticker.SYSTEM, () -> {}, new LongAdder()));
        return this;
    }

    private WorkerOptions patient(String name) {
        Duration patience = Duration.ofSeconds(SECONDS);
        return WorkerOptions.defaults(name, "0.0.1", directory)
                .with(options -> options.requestTimeout(patience).policyTimeout(patience));
    }

    /** Starts the kernel with these settings, which name the workers, and routes; waits until all workers can be called. */
    public TestEngine start(String settings, String... routes) {
        Path conf = directory.resolve("conf");
        KernelUnderTest.write(
                conf,
                "kernel.yaml",
                "policy_kernel:\n  server: { address: 127.0.0.1, port: 0 }\n"
                        + (settings.contains("observability:") ? "" : "  observability: { metrics_port: 0 }\n")
                        + settings.indent(2));
        KernelUnderTest.write(conf, "routes/routes.yaml", "route_policies:\n" + String.join("", routes));
        engine.start(conf, new ListedWorkers(List.copyOf(connectors)));
        for (WorkerEndpointConfig worker : ConfDirectory.parse(ConfTexts.readBlocking(conf), _ -> null)
                .kernel()
                .workers()) {
            awaitHealth(worker.name(), 1);
        }
        return this;
    }

    /** The runs of policies in the shadow that metrics tell by this label. */
    public double shadowRuns(String routeLabel) {
        return workerMetrics.find(WorkerMetric.SHADOW_OUTCOMES.id()).tag("route", routeLabel).counters().stream()
                .mapToDouble(Counter::count)
                .sum();
    }

    /** A route policy. */
    public static String route(String name, String request, String response) {
        return route(name, "auto", request, response);
    }

    public static String route(String name, String mode, String request, String response) {
        return """
                - route_name: %s
                  request_flow: { processing_mode: %s, policy_chain: %s }
                  response_flow: { processing_mode: %s, policy_chain: %s }
                """.formatted(name, mode, request, mode, response).indent(2);
    }

    public KernelVerticle kernel() {
        return engine.kernel();
    }

    public Vertx vertx() {
        return engine.vertx();
    }

    public void awaitHealth(String worker, double value) {
        Await.until(() -> metric(KernelMetric.WORKER_HEALTH.id() + "{worker=\"" + worker + "\"}") == value);
    }

    /** Envoy's filter as the documentation recommends it, with time for a busy machine. */
    public static FilterConfigBuilder filter(String route) {
        return KernelUnderTest.filter(route).allowModeOverride(true);
    }

    public EnvoySim envoy(FilterConfig filter) {
        return engine.envoy(filter);
    }

    /** One that shares no event loop with the kernel. */
    public EnvoySim envoy(FilterConfig filter, Vertx elsewhere) {
        return engine.envoy(filter, elsewhere);
    }

    /** A GET to an upstream that answers 200. */
    public SimResult get(String route, String... headers) {
        return exchange(route, SimRequest.get("/", headers), SimResponse.of(200));
    }

    public SimResult exchange(String route, SimRequest request, SimResponse response) {
        return engine.exchange(route, request, response);
    }

    /** A sample of the kernel's metrics as Prometheus writes it; 0 if there is none. */
    public double metric(String sample) {
        return engine.metric(sample);
    }

    /** Calls that the workers have begun. */
    public long begunCalls() {
        return workerMetrics
                .get(WorkerMetric.CONTEXT_SIZE.id())
                .tag("type", "headers")
                .summary()
                .count();
    }

    /** Ends the workers' processes, so to speak. */
    public void loseWorkers() {
        servers.forEach(server -> Await.result(server.close()));
        servers.clear();
    }

    @Override
    public void close() {
        loseWorkers();
        engine.close();
    }
}
