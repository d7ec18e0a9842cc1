package io.policyengine.it.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.policyengine.core.callout.CalloutRequest;
import io.policyengine.core.chain.run.ChainLimits;
import io.policyengine.core.config.TargetConfig;
import io.policyengine.core.config.files.ConfTexts;
import io.policyengine.core.config.reading.ConfDirectory;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.metrics.EngineRegistry;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.PolicyDescriptor;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.PolicyFactory;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.policy.Target;
import io.policyengine.core.time.Ticker;
import io.policyengine.core.worker.WorkerConnector;
import io.policyengine.it.engine.TestPolicies;
import io.policyengine.it.engine.TestWorker;
import io.policyengine.kernel.KernelHost;
import io.policyengine.kernel.KernelVerticle;
import io.policyengine.kernel.engine.ListedWorkers;
import io.policyengine.kernel.reload.KernelStart;
import io.policyengine.kernel.remote.RemoteWorker;
import io.policyengine.kernel.remote.RemoteWorkerOptions;
import io.policyengine.testkit.envoy.EnvoySim;
import io.policyengine.testkit.envoy.SimRequest;
import io.policyengine.testkit.envoy.Upstream;
import io.policyengine.testkit.envoy.model.FilterConfig;
import io.policyengine.testkit.time.Await;
import io.policyengine.worker.EmbeddedWorker;
import io.policyengine.worker.LocalWorker;
import io.policyengine.worker.PolicyRegistry;
import io.policyengine.worker.WorkerOptions;
import io.policyengine.worker.server.WorkerServer;
import io.policyengine.worker.server.WorkerSocket;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A client that hangs up stops the policy and what the policy has called, in the kernel's process and behind a socket. */
class CancellationTest {
    private static final int SECONDS = 30;
    private static final Duration TIMEOUT = Duration.ofMillis(4321);

    private final Vertx vertx = Vertx.vertx();
    private final HttpClient client = vertx.createHttpClient();
    private final CompletableFuture<Boolean> calledOut = new CompletableFuture<>();
    private final CompletableFuture<Boolean> told = new CompletableFuture<>();
    private final CompletableFuture<Boolean> callOutGone = new CompletableFuture<>();
    private final CompletableFuture<Duration> timeLeft = new CompletableFuture<>();

    @TempDir
    Path directory;

    @AfterEach
    void stop() {
        Await.result(vertx.close());
    }

    @ParameterizedTest
    @EnumSource
    void aClientThatHangsUpStopsThePolicyAndItsCallOut(TestWorker.Form form) throws Exception {
        HttpServer silent = Await.result(vertx.createHttpServer()
                .requestHandler(request -> {
                    calledOut.complete(true);
                    request.response().closeHandler(_ -> callOutGone.complete(true));
                    request.response().exceptionHandler(_ -> callOutGone.complete(true));
                })
                .listen(0, "127.0.0.1"));
        EnvoySim envoy = EnvoySim.builder(vertx)
                .target(SocketAddress.inetSocketAddress(startKernel(form, silent.actualPort()), "127.0.0.1"))
                .filter(FilterConfig.builder()
                        .routeName("r")
                        .messageTimeout(Duration.ofSeconds(SECONDS))
                        .build())
                .build();

        var running = envoy.start(SimRequest.get("/"), Upstream.silent());
        calledOut.get(SECONDS, TimeUnit.SECONDS);
        running.hangUp();

        told.get(SECONDS, TimeUnit.SECONDS);
        callOutGone.get(SECONDS, TimeUnit.SECONDS);
        // Whole milliseconds travel, rounded up.
        assertThat(timeLeft.get(SECONDS, TimeUnit.SECONDS)).isPositive().isLessThanOrEqualTo(TIMEOUT.plusMillis(1));
        Await.result(envoy.shutdown());
    }

    private int startKernel(TestWorker.Form form, int calledPort) {
        LocalWorker worker = new LocalWorker(
                vertx,
                WorkerOptions.defaults("w", "0.0.1", directory)
                        .with(options -> options.maxConcurrentRequests(10)
                                .requestTimeout(Duration.ofSeconds(SECONDS))
                                .policyTimeout(Duration.ofSeconds(SECONDS))
                                .failOnUnknown(true)
                                .limits(new ChainLimits(1000, 1000))
                                .targets(Map.of("silent", patient("http://127.0.0.1:" + calledPort + "/")))),
                PolicyRegistry.of(List.of(new CallingOut())),
                new SimpleMeterRegistry());
        String socket = directory.resolve("w.sock").toString();
        writeConfig(form == TestWorker.Form.REMOTE ? ", socket_path: " + socket : "");
        ConfTexts texts = ConfTexts.readBlocking(directory);
        KernelVerticle kernel = new KernelVerticle(
                new KernelStart(texts, ConfDirectory.parse(texts, _ -> null)),
                new KernelHost(
                        _ -> null,
                        ListedWorkers.of(connector(form, worker, socket)),
                        _ -> {},
                        new EngineRegistry(),
                        1,
                        List::of));
        Await.result(vertx.deployVerticle(kernel));
        Await.until(() -> isReady(kernel));
        return kernel.port();
    }

    private static TargetConfig patient(String url) {
        TargetConfig usual = TargetConfig.of(url);
        return new TargetConfig(
                url,
                Duration.ofSeconds(SECONDS),
                usual.maxConnections(),
                usual.maxPending(),
                usual.tls(),
                usual.headers(),
                usual.breaker());
    }

    private boolean isReady(KernelVerticle kernel) {
        return Await.result(client.request(HttpMethod.GET, kernel.adminPort(), "127.0.0.1", "/health/ready")
                        .compose(HttpClientRequest::send)
                        .map(HttpClientResponse::statusCode))
                == 200;
    }

    private WorkerConnector connector(TestWorker.Form form, LocalWorker worker, String socket) {
        return switch (form) {
            case EMBEDDED -> new EmbeddedWorker(worker);
            case REMOTE -> {
                Await.result(
                        new WorkerServer(vertx, worker, WorkerSocket.ownersOnly(socket), 1, new SimpleMeterRegistry())
                                .start());
                yield new RemoteWorker(
                        vertx, RemoteWorkerOptions.defaults(socket), Ticker.SYSTEM, () -> {}, new LongAdder());
            }
        };
    }

    private void writeConfig(String worker) {
        try {
            Files.createDirectories(directory.resolve("routes"));
            Files.writeString(directory.resolve("kernel.yaml"), """
                    policy_kernel:
                      server: { address: 127.0.0.1, port: 0 }
                      envoy: { message_timeout_ms: 30000 }
                      limits: { phase_timeout_ms: 20000 }
                      observability: { metrics_port: 0 }
                      workers: [ { name: w, timeout_ms: %d, health_check_timeout_ms: 20000%s } ]
                    """.formatted(TIMEOUT.toMillis(), worker));
            Files.writeString(directory.resolve("routes/r.yaml"), """
                    route_policies:
                      - route_name: r
                        request_flow: { policy_chain: [ { policy: callingOut, params: { size: 1 } } ] }
                    """);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Asks a server that never answers. */
    private final class CallingOut implements PolicyFactory<TestPolicies.Params> {
        @Override
        public PolicyDescriptor descriptor() {
            return PolicyDescriptor.headersOnly(
                    "callingOut", "1.0.0", "Asks a server.", Set.of(Phase.REQUEST), Set.of(Fact.MAY_DENY));
        }

        @Override
        public Policy create(TestPolicies.Params params, PolicyEnvironment environment) {
            Target target = environment.target("silent");
            return new Policy() {
                @Override
                public Future<RequestOutcome> onRequest(RequestContext request) {
                    Call call = request.call();
                    timeLeft.complete(Duration.ofNanos(
                            call.deadlineNanos() - environment.ticker().nanoTime()));
                    call.cancellation().onCancel(() -> told.complete(true));
                    return target.send(call, CalloutRequest.get(null, HeaderMap.empty(), 1_000))
                            .compose(_ -> RequestOutcome.unchanged());
                }
            };
        }
    }
}
