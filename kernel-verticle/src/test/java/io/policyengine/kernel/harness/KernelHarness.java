package io.policyengine.kernel.harness;

import io.policyengine.core.config.EngineConfig;
import io.policyengine.core.config.WorkerEndpointConfig;
import io.policyengine.core.config.files.ConfTexts;
import io.policyengine.core.config.reading.ConfDirectory;
import io.policyengine.core.error.Problem;
import io.policyengine.core.error.ReportedProblems;
import io.policyengine.core.policy.PolicyDescriptor;
import io.policyengine.core.work.executor.Executor;
import io.policyengine.core.worker.WorkerConnector;
import io.policyengine.kernel.KernelHost;
import io.policyengine.kernel.KernelVerticle;
import io.policyengine.kernel.ManagedKernel;
import io.policyengine.kernel.Management;
import io.policyengine.kernel.ProcessResources;
import io.policyengine.kernel.account.MemoryAccount;
import io.policyengine.kernel.engine.KernelUnderTest;
import io.policyengine.kernel.generation.Generation;
import io.policyengine.kernel.generation.Origin;
import io.policyengine.kernel.grpc.RawClient;
import io.policyengine.kernel.history.GenerationArchive;
import io.policyengine.kernel.plan.RoutePlan;
import io.policyengine.kernel.recorder.ExchangeObservers;
import io.policyengine.kernel.reload.KernelStart;
import io.policyengine.kernel.reload.LastGood;
import io.policyengine.kernel.reload.OnBadConfig;
import io.policyengine.kernel.reload.ReloadCoordinator;
import io.policyengine.kernel.reload.ReloadResult;
import io.policyengine.kernel.worker.registry.WorkerConnectors;
import io.policyengine.kernel.worker.registry.WorkerReport;
import io.policyengine.testkit.envoy.EnvoySim;
import io.policyengine.testkit.envoy.SimRequest;
import io.policyengine.testkit.envoy.SimResponse;
import io.policyengine.testkit.envoy.SimResult;
import io.policyengine.testkit.envoy.model.FilterConfig;
import io.policyengine.testkit.envoy.model.FilterConfigBuilder;
import io.policyengine.testkit.time.Await;
import io.policyengine.testkit.time.FakeTicker;
import io.policyengine.testkit.worker.ScriptedWorker;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A kernel with scripted workers, and Envoy's simulator before it. */
public final class KernelHarness implements AutoCloseable {
    private final KernelUnderTest engine = new KernelUnderTest();
    private final List<ScriptedWorker> workers = new ArrayList<>();
    private final List<EngineConfig> applied = new CopyOnWriteArrayList<>();
    private final Path directory = temporary();
    private final FakeTicker clock = new FakeTicker();
    private @Nullable Executor work;
    private final Management.Factory management;
    private @Nullable ManagedKernel managed;
    private @Nullable Context loop;
    /** The last result that a test has been told, or could be told when the kernel had started. */
    private @Nullable ReloadResult told;

    private final Map<String, PolicyDescriptor> builtIn = new HashMap<>();

    private KernelHarness(Management.Factory management) {
        this.management = management;
    }

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

    /** A harness to which workers are added before it is started. Its exchanges are recorded, for an observer that keeps nothing. */
    public static KernelHarness create() {
        return create(_ -> new Management() {
            @Override
            public ExchangeObservers observers() {
                return _ -> List.of(_ -> {});
            }
        });
    }

    /** A harness of a kernel that is managed. */
    public static KernelHarness create(Management.Factory management) {
        return new KernelHarness(management);
    }

    /** A file of routes with one that has these chains. */
    public static String route(String name, String request, String response) {
        return """
                route_policies:
                  - route_name: %s
                    request_flow: { policy_chain: %s }
                    response_flow: { policy_chain: %s }
                """.formatted(name, request, response);
    }

    public Vertx vertx() {
        return engine.vertx();
    }

    /** A policy that comes with the engine. */
    public void comesWith(PolicyDescriptor policy) {
        builtIn.put(policy.name(), policy);
    }

    /** The kernel's time of day. */
    public FakeTicker clock() {
        return clock;
    }

    /** Asks the parts of the kernel something, on its event loop. */
    public <T> T ask(Function<ManagedKernel, T> question) {
        ManagedKernel kernel = Objects.requireNonNull(managed, "not started");
        Promise<T> answer = Promise.promise();
        Objects.requireNonNull(loop).runOnContext(_ -> answer.complete(question.apply(kernel)));
        return Await.result(answer.future());
    }

    /** The reason why the generation in force refuses a route; empty if it does not. */
    public String refusal(String route) {
        return generation().plans().stream()
                .filter(plan -> plan.routeName().equals(route))
                .map(RoutePlan::refusal)
                .filter(Objects::nonNull)
                .map(RoutePlan.Refusal::reason)
                .findFirst()
                .orElse("");
    }

    /** The registry's knowledge of the workers, in the order of the configuration. */
    public List<WorkerReport> reports() {
        return ask(kernel -> kernel.generations().registry().reports());
    }

    /** The generation that is in force. */
    public Generation generation() {
        return ask(kernel -> Objects.requireNonNull(kernel.generations().current()));
    }

    /** The kernel's threads for what takes too long for an event loop. */
    public Executor work() {
        return Objects.requireNonNull(work, "not started");
    }

    /** A worker of the configuration, in its order. */
    public ScriptedWorker worker(String name) {
        ScriptedWorker worker = new ScriptedWorker(engine.vertx(), name);
        workers.add(worker);
        return worker;
    }

    /** The token of callers who may do everything. */
    public static final String TOKEN = "a-token-of-the-operators";

    /** As kernel.yaml has it; the file is no part of the conf directory, which tests take away. */
    public static final String OPERATORS = "{ name: operators, role: write, file: '" + tokenFile() + "' }";

    /** Starts the kernel with these settings (the content of {@code policy_kernel}, without server) and routes. */
    public KernelHarness start(String settings, String routes) {
        write("kernel.yaml", settings(settings));
        write("routes/routes.yaml", routes);
        return deploy(GenerationArchive.inMemory());
    }

    /** Starts a kernel on the conf directory as it is, in the place of the one before; its generations are kept in this folder. */
    public KernelHarness restart(Path state) {
        Await.result(stop());
        return deploy(GenerationArchive.openBlocking(state, directory));
    }

    /** As {@link #restart}, where the conf directory cannot be used: by the last good generation. */
    public KernelHarness restartByLastGood(Path state) {
        Await.result(stop());
        GenerationArchive kept = GenerationArchive.openBlocking(state, directory);
        ConfTexts found = ConfTexts.readBlocking(directory);
        List<Problem> problems = ConfDirectory.examine(found, _ -> null).problems();
        LastGood good = LastGood.readBlocking(
                Objects.requireNonNull(kept.earlier().newest()), found, texts -> ConfDirectory.parse(texts, _ -> null));
        return deploy(new KernelStart(
                good.texts(),
                good.config(),
                kept,
                OnBadConfig.LAST_GOOD,
                new KernelStart.Rejected(found, ReportedProblems.of(problems), good.snapshot())));
    }

    private KernelHarness deploy(GenerationArchive kept) {
        ConfTexts texts = ConfTexts.readBlocking(directory);
        EngineConfig config = ConfDirectory.parse(texts, name -> null);
        return deploy(new KernelStart(texts, config, kept, OnBadConfig.FAIL, null));
    }

    private KernelHarness deploy(KernelStart start) {
        engine.start(start, metrics -> {
            Executor threads = Executor.ofProcess(metrics);
            work = threads;
            return new KernelHost(
                    name -> null,
                    new Connectors(start.config()),
                    applied::add,
                    new ProcessResources(metrics, threads, 2, clock),
                    List::of,
                    this::manage,
                    null);
        });
        told = reloads().last();
        return this;
    }

    private Management manage(ManagedKernel kernel) {
        managed = kernel;
        loop = kernel.vertx().getOrCreateContext();
        return management.manage(kernel);
    }

    /** What kernel.yaml says with these settings. */
    public static String settings(String settings) {
        String quiet = settings.contains("observability:")
                ? ""
                : "  observability: { metrics_port: 0, admin_tokens: [ " + OPERATORS + " ] }\n";
        String open = settings.contains("unknown_route:") ? "" : "  unknown_route: continue\n";
        String server = settings.contains("server:") ? "" : "  server: { address: 127.0.0.1, port: 0 }\n";
        return "policy_kernel:\n" + server + quiet + settings.indent(2) + open;
    }

    /** Writes a file of the conf directory. */
    public void write(String name, String text) {
        KernelUnderTest.write(directory, name, text);
    }

    /** What a file of the conf directory says. */
    public String read(String name) {
        try {
            return Files.readString(directory.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** For requests to the admin server. */
    public HttpClient client() {
        return engine.client();
    }

    /** The port of the admin server. */
    public int adminPort() {
        return kernel().adminPort();
    }

    /** The conf directory. */
    public Path directory() {
        return directory;
    }

    public ReloadCoordinator reloads() {
        return kernel().reloads();
    }

    /** The configurations that were put into force. */
    public List<EngineConfig> applied() {
        return applied;
    }

    /** Asks for a look at the conf directory; what came of the changes since the last time. */
    public ReloadResult reload() {
        ReloadResult found = reloads().last();
        ReloadResult asked = Await.result(reloads().reload(Origin.SIGNAL));
        ReloadResult before = told;
        told = reloads().last();
        // Where the test's thread stood still for long, the kernel has found them by itself.
        return found != null
                        && !found.equals(before)
                        && found.origin() == Origin.FILES
                        && found.hash().equals(asked.hash())
                        && asked.status() == ReloadResult.Status.UNCHANGED
                ? found
                : asked;
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
        return engine.kernel();
    }

    /** Envoy's filter as the documentation recommends it, sending this route name. */
    public static FilterConfig filter(String routeName) {
        return filterBuilder(routeName).allowModeOverride(true).build();
    }

    /** Envoy's defaults, but with time for a JVM that has just started. */
    public static FilterConfigBuilder filterBuilder(String routeName) {
        return KernelUnderTest.filter(routeName);
    }

    public EnvoySim envoy(FilterConfig filter) {
        return engine.envoy(filter);
    }

    /** One that shares no event loop with the kernel. */
    public EnvoySim envoy(FilterConfig filter, Vertx elsewhere) {
        return engine.envoy(filter, elsewhere);
    }

    /** A GET through the recommended filter to an upstream that answers 200. */
    public SimResult get(String routeName, String... headers) {
        return exchange(routeName, SimRequest.get("/", headers));
    }

    public SimResult exchange(String routeName, SimRequest request) {
        return engine.exchange(routeName, request, SimResponse.of(200));
    }

    /** The value of a sample of {@code /metrics}, 0 if there is none; the sample as Prometheus writes it. */
    public double metric(String sample) {
        return engine.metric(sample);
    }

    /** Status and body of a path of the admin server. */
    public String admin(String path) {
        return engine.admin(path);
    }

    /** The port that Envoy connects to. */
    public int port() {
        return kernel().port();
    }

    /** Bodies that stream through the workers now. */
    public int openStreams() {
        return workers.stream().mapToInt(ScriptedWorker::openStreams).sum();
    }

    public int activeExchanges() {
        return kernel().activeExchanges();
    }

    public long bufferedBytes() {
        return kernel().bufferedBytes();
    }

    public MemoryAccount account() {
        return kernel().account();
    }

    /** The bytes of long arrays and strings that can be reached from the connections of Envoys. */
    public HeapWalk.Result reachable() {
        List<Object> connections = new ArrayList<>();
        for (Object server : (List<?>) HeapWalk.field(kernel(), "servers")) {
            connections.addAll(((Map<?, ?>) HeapWalk.field(server, "connections")).keySet());
        }
        return HeapWalk.from(connections);
    }

    public RawClient rawClient() {
        return new RawClient(engine.vertx(), kernel().port(), HttpVersion.HTTP_2);
    }

    public Future<Void> announceEnd() {
        return kernel().announceEnd();
    }

    public Future<Void> drain() {
        return kernel().drain();
    }

    /** Ends the kernel, if one runs. */
    public Future<Void> stop() {
        return engine.stop();
    }

    @Override
    public void close() {
        engine.close();
    }
}
