package io.policyengine.it.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.admin.KernelAdmin;
import io.policyengine.core.config.files.ConfTexts;
import io.policyengine.core.config.reading.ConfDirectory;
import io.policyengine.core.log.ComponentLevels;
import io.policyengine.core.metrics.EngineRegistry;
import io.policyengine.core.time.Ticker;
import io.policyengine.core.work.executor.Executor;
import io.policyengine.kernel.KernelHost;
import io.policyengine.kernel.KernelVerticle;
import io.policyengine.kernel.ProcessResources;
import io.policyengine.kernel.engine.ListedWorkers;
import io.policyengine.kernel.reload.KernelStart;
import io.policyengine.kernel.remote.RemoteWorker;
import io.policyengine.kernel.remote.RemoteWorkerOptions;
import io.policyengine.testkit.envoy.EnvoySim;
import io.policyengine.testkit.envoy.RunningExchange;
import io.policyengine.testkit.envoy.SimRequest;
import io.policyengine.testkit.envoy.SimResult;
import io.policyengine.testkit.envoy.Upstream;
import io.policyengine.testkit.envoy.model.FilterConfig;
import io.policyengine.testkit.time.Await;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/**
 * A kernel of today, behind a simulated Envoy, with the exchanges that were recorded: one for each route, so that all that a worker
 * may answer comes once.
 */
final class Conversation implements AutoCloseable {
    private static final int SECONDS = 30;

    /** A body that makes a call too large for the stream. */
    private static final int LARGE = 66_000;

    private static final String KERNEL = """
            policy_kernel:
              server: { address: 127.0.0.1, port: 0 }
              observability: { metrics_port: 0 }
              limits: { phase_timeout_ms: 30000 }
              envoy: { message_timeout_ms: 40000 }
              workers:
                - name: recorded
                  socket_path: /recorded
                  timeout_ms: 5000
                  health_check_interval_ms: 50
                  health_check_timeout_ms: 30000
            """;

    /** The names of routes are those of the recordings. */
    private static final String ROUTES = """
            route_policies:
              - route_name: changed
                request_flow:
                  policy_chain: [ { policy: stamp, params: { value: a } }, { policy: stamp, params: { value: b } } ]
                response_flow: { policy_chain: [ { policy: stamp, params: { value: c } } ] }
              - route_name: denied
                request_flow: { policy_chain: [ { policy: deny }, { policy: stamp, params: { value: a } } ] }
              - route_name: skipped
                request_flow:
                  policy_chain: [ { policy: stamp, params: { value: a } }, { policy: skip }, { policy: deny } ]
              - route_name: failed
                request_flow:
                  policy_chain: [ { policy: fail, on_failure: continue }, { policy: stamp, params: { value: a } } ]
              - route_name: slow
                request_flow: { policy_chain: [ { policy: wait, timeout_ms: 20 } ] }
              - route_name: refused
                request_flow: { policy_chain: [ { policy: stamp, params: { value: "" } } ] }
              - route_name: whole
                request_flow: { processing_mode: buffered_body, policy_chain: [ { policy: upper } ] }
              - route_name: large
                request_flow:
                  processing_mode: buffered_body
                  policy_chain: [ { policy: measure } ]
              - route_name: pieces
                request_flow: { processing_mode: streaming, policy_chain: [ { policy: upper } ] }
              - route_name: abandoned
                request_flow: { policy_chain: [ { policy: wait } ] }
            """;

    private final Vertx vertx;
    private final KernelVerticle kernel;

    /** A kernel whose only worker listens on this socket. */
    Conversation(Vertx vertx, Path directory, String socket) throws IOException {
        this.vertx = vertx;
        Files.writeString(directory.resolve("kernel.yaml"), KERNEL);
        Files.createDirectories(directory.resolve("routes"));
        Files.writeString(directory.resolve("routes/routes.yaml"), ROUTES);
        ConfTexts texts = ConfTexts.readBlocking(directory);
        RemoteWorker worker =
                new RemoteWorker(vertx, RemoteWorkerOptions.defaults(socket), Ticker.SYSTEM, () -> {}, new LongAdder());
        EngineRegistry metrics = new EngineRegistry();
        this.kernel = new KernelVerticle(
                new KernelStart(texts, ConfDirectory.parse(texts, _ -> null)),
                new KernelHost(
                        _ -> null,
                        ListedWorkers.of(worker),
                        _ -> {},
                        new ProcessResources(metrics, Executor.ofProcess(metrics), 1, InstantSource.system()),
                        List::of,
                        KernelAdmin.with(ComponentLevels.NONE),
                        null));
        Await.result(vertx.deployVerticle(kernel));
    }

    /** Waits until the kernel can call the worker. */
    Conversation whenReady() {
        whenItSays("/health/ready", "200 ");
        return this;
    }

    /** Waits until what the kernel says of its workers contains this, and gives it. */
    String whenItSaysOfWorkers(String part) {
        return whenItSays("/workers", part);
    }

    private String whenItSays(String path, String part) {
        Await.until(part, () -> ask(path).contains(part));
        return ask(path);
    }

    /** Status and body of the answer. */
    private String ask(String path) {
        HttpClient client = vertx.createHttpClient();
        return Await.result(client.request(HttpMethod.GET, kernel.adminPort(), "127.0.0.1", path)
                // The body in one step: asked for later, on this thread, it may be over before, and then it never
                // comes.
                .compose(request -> request.send()
                        .compose(response -> response.body().map(body -> response.statusCode() + " " + body)))
                .eventually(client::close));
    }

    /** Sends every exchange and checks what becomes of it. */
    void hold() {
        SimResult changed = get("changed");
        assertThat(changed.reached().headers().getAll("x-stamp")).containsExactly("a", "b");
        assertThat(changed.status()).isEqualTo(201);
        assertThat(changed.response().header("x-stamp")).isEqualTo("cab");

        SimResult denied = get("denied");
        assertThat(denied.status()).isEqualTo(401);
        assertThat(denied.response().header("www-authenticate")).isEqualTo("Bearer");
        assertThat(denied.response().bodyText()).isEqualTo("{\"error\":\"no\"}");

        assertThat(get("skipped").reached().headers().getAll("x-stamp")).containsExactly("a");
        assertThat(get("failed").reached().headers().getAll("x-stamp")).containsExactly("a");
        assertThat(get("slow").status()).isEqualTo(500);
        assertThat(get("refused").status()).isEqualTo(500);

        assertThat(post("whole", "one ", "two").reached().bodyText()).isEqualTo("ONE TWO");
        assertThat(post("large", "x".repeat(LARGE)).reached().header("x-length"))
                .isEqualTo(Integer.toString(LARGE));
        assertThat(post("pieces", "one ", "two").reached().bodyText()).isEqualTo("ONE TWO");
    }

    /** Sends a request whose client goes away while a policy waits, and waits until the worker knows. */
    void abandon(Seen seen) {
        int calls = seen.calls().get();
        int cancels = seen.cancels().get();
        RunningExchange exchange = envoy("abandoned").start(request(SimRequest.get("/")), Upstream.silent());
        Await.until("the call", () -> seen.calls().get() > calls);
        Await.result(exchange.hangUp().result());
        Await.until("its cancellation", () -> seen.cancels().get() > cancels);
    }

    private SimResult get(String route) {
        return exchange(route, SimRequest.get("/"));
    }

    private SimResult post(String route, String... chunks) {
        return exchange(route, SimRequest.post("/", chunks));
    }

    private SimResult exchange(String route, SimRequest request) {
        SimResult result = Await.result(envoy(route).exchange(request(request), Upstream.replying(200)));
        assertThat(result.faults()).isEmpty();
        return result;
    }

    private static SimRequest request(SimRequest plain) {
        return plain.withHeader("x-request-id", "7e1c0a52-recorded").withHeader("x-octets", "\u00e4\u0080");
    }

    private EnvoySim envoy(String route) {
        FilterConfig filter = FilterConfig.builder()
                .routeName(route)
                .responseAttribute("response.code_details", "via_upstream")
                .allowModeOverride(true)
                .messageTimeout(Duration.ofSeconds(SECONDS))
                .build();
        return EnvoySim.builder(vertx)
                .target(SocketAddress.inetSocketAddress(kernel.port(), "127.0.0.1"))
                .filter(filter)
                .build();
    }

    /** Stops the kernel. */
    @Override
    public void close() {
        Await.result(vertx.undeploy(kernel.deploymentID()));
    }
}
