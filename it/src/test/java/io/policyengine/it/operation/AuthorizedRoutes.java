package io.policyengine.it.operation;

import io.policyengine.admin.KernelAdmin;
import io.policyengine.core.config.TargetConfig;
import io.policyengine.core.config.TargetConfig.Breaker;
import io.policyengine.core.log.ComponentLevels;
import io.policyengine.it.engine.StandardWorker;
import io.policyengine.kernel.engine.KernelUnderTest;
import io.policyengine.testkit.envoy.SimRequest;
import io.policyengine.testkit.envoy.SimResponse;
import io.policyengine.testkit.envoy.SimResult;
import io.policyengine.testkit.time.Await;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.NetServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * An engine whose routes ask one authorization server by {@code extAuthz}, behind a simulated Envoy. The server is the target
 * {@code patient}, and the target {@code impatient}, which is not waited for long; no breaker comes between.
 */
final class AuthorizedRoutes implements AutoCloseable {
    private final KernelUnderTest engine = new KernelUnderTest(KernelAdmin.with(ComponentLevels.NONE));
    private final AtomicReference<Handler<HttpServerRequest>> behaviour = new AtomicReference<>(_ -> {});
    private final AtomicInteger asked = new AtomicInteger();

    Vertx vertx() {
        return engine.vertx();
    }

    /** A server, on a free port, that does what {@link #behave} says. */
    HttpServer listen() {
        return Await.result(vertx().createHttpServer()
                .requestHandler(request -> {
                    asked.incrementAndGet();
                    behaviour.get().handle(request);
                })
                .listen(0, "127.0.0.1"));
    }

    /** A server, on a free port, that answers the first bytes of each connection with these, and then closes it. */
    NetServer listen(AtomicReference<Buffer> answer) {
        return Await.result(vertx().createNetServer()
                .connectHandler(socket -> socket.handler(_ -> {
                    asked.incrementAndGet();
                    socket.handler(_ -> {});
                    socket.end(answer.get());
                }))
                .listen(0, "127.0.0.1"));
    }

    void behave(Handler<HttpServerRequest> changed) {
        behaviour.set(changed);
    }

    /** Requests to the server. */
    int asked() {
        return asked.get();
    }

    /** Serves these routes, each with one entry of these parameters, as YAML in one line, which other keys may follow. */
    void serve(Path directory, int port, Map<String, String> params) {
        StringBuilder routes = new StringBuilder("route_policies:\n");
        params.forEach((route, of) -> routes.append("""
                  - { route_name: %s, request_flow: { policy_chain: [{ policy: extAuthz, timeout_ms: 14000, params: %s }] } }
                """.formatted(route, of)));
        KernelUnderTest.write(directory, "kernel.yaml", """
                policy_kernel:
                  server: { address: 127.0.0.1, port: 0 }
                  envoy: { message_timeout_ms: 20000 }
                  limits: { phase_timeout_ms: 15000 }
                  observability: { metrics_port: 0 }
                  unknown_route: deny
                """);
        KernelUnderTest.write(directory, "routes/authorized.yaml", routes.toString());
        StandardWorker.start(
                engine,
                directory,
                changed -> changed.targets(Map.of(
                        "patient", target(port, Duration.ofSeconds(10)),
                        "impatient", target(port, Duration.ofMillis(300)))));
    }

    private static TargetConfig target(int port, Duration timeout) {
        TargetConfig usual = TargetConfig.of("http://127.0.0.1:" + port);
        return new TargetConfig(
                usual.url(),
                timeout,
                usual.maxConnections(),
                usual.maxPending(),
                usual.tls(),
                usual.headers(),
                new Breaker(Integer.MAX_VALUE, usual.breaker().open()));
    }

    SimResult get(String route, String... headers) {
        return engine.exchange(route, SimRequest.get("/orders?page=1", headers), SimResponse.of(200));
    }

    @Override
    public void close() {
        engine.close();
    }
}
