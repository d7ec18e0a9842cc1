package io.policyengine.kernel.admin;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.policyengine.core.config.ObservabilityConfig;
import io.policyengine.core.net.UnixSocket;
import io.policyengine.kernel.admin.api.ApiRoutes;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * HTTP for operators: {@code /metrics}, {@code /health/live}, {@code /health/ready}, and in a kernel the management API. On an event loop that nothing else uses, so that
 * it answers while those that serve are stuck.
 */
public final class AdminServer {
    private static final String PROMETHEUS_TEXT = "text/plain; version=0.0.4; charset=utf-8";

    /** How long the event loop that knows what is not ready may take to say so. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final PrometheusMeterRegistry registry;
    private final Supplier<List<String>> notLive;
    private final Supplier<Future<Readiness>> readiness;
    private final Vertx own;
    private volatile int port;
    private @Nullable ApiRoutes routes;
    private @Nullable Router api;
    private volatile UnixSocket.@Nullable Bound socket;

    /**
     * A server that does not listen yet. Not to be made on an event loop: Vert.x remarks that one has an instance already.
     *
     * @param notLive why the process should be started again, for people; empty if it need not. Asked on any thread
     * @param readiness whether the process can serve. Asked on any thread, answered on any
     */
    public AdminServer(
            PrometheusMeterRegistry registry, Supplier<List<String>> notLive, Supplier<Future<Readiness>> readiness) {
        this.registry = registry;
        this.notLive = notLive;
        this.readiness = readiness;
        this.own = Vertx.vertx(new VertxOptions()
                // It tells the uid of who is at the other end of the socket; where there is none, names have to do.
                .setPreferNativeTransport(true)
                .setEventLoopPoolSize(1)
                .setWorkerPoolSize(1)
                .setInternalBlockingPoolSize(1));
    }

    /** Serves the management API too; to be called before {@link #listen}. */
    public void serve(ApiRoutes management) {
        routes = management;
        Router router = Router.router(own);
        management.mount(own, router);
        router.errorHandler(404, context -> notHere(context.response()));
        api = router;
    }

    /** Listens; fails if the port, or the socket of the management API, is taken. */
    public Future<AdminServer> listen(ObservabilityConfig config) {
        ApiRoutes management = routes;
        return (management == null ? Future.succeededFuture() : management.open(own))
                .compose(_ -> own.createHttpServer()
                        .requestHandler(this::handle)
                        .listen(config.metricsPort(), config.adminAddress()))
                .onSuccess(listening -> port = listening.actualPort())
                .compose(_ -> listenOnSocket(config.adminSocketPath()))
                .map(this);
    }

    private Future<?> listenOnSocket(@Nullable String path) {
        if (path == null || api == null) {
            return Future.succeededFuture();
        }
        return UnixSocket.ownersOnly(path)
                .listen(own, address -> own.createHttpServer().requestHandler(api).listen(address))
                .onSuccess(bound -> socket = bound);
    }

    /** The port that is listened on; 0 if none is. */
    public int port() {
        return port;
    }

    /** Stops listening. */
    public Future<Void> close() {
        Promise<Void> closed = Promise.promise();
        // On a thread of its own: an event loop that ends could not tell that it has.
        Thread.ofVirtual().name("admin-close").start(() -> closeBlocking(closed));
        return closed.future();
    }

    private void closeBlocking(Promise<Void> closed) {
        UnixSocket.Bound bound = socket;
        Future<Void> gone;
        try {
            if (bound != null) {
                bound.deleteBlocking();
            }
            gone = Future.succeededFuture();
        } catch (IOException kept) {
            gone = Future.failedFuture(kept);
        }
        gone.eventually(own::close).onComplete(closed);
    }

    private void handle(HttpServerRequest request) {
        HttpServerResponse response = request.response();
        String path = request.path() == null ? "" : request.path();
        switch (path) {
            case "/metrics" ->
                response.putHeader("content-type", PROMETHEUS_TEXT).end(registry.scrape());
            case "/health/live" -> health(response, "not live", Readiness.of(notLive.get()));
            case "/health/ready" -> answerReady(response);
            default -> {
                if (api == null || routes == null) {
                    notHere(response);
                } else if (!routes.refusesMalformed(request)) {
                    api.handle(request);
                }
            }
        }
    }

    private void notHere(HttpServerResponse response) {
        response.setStatusCode(404)
                .end("not here: try /metrics, /health/live, /health/ready"
                        + (api == null ? "\n" : ", /openapi.json\n"));
    }

    /** What is not live is not ready either. */
    private void answerReady(HttpServerResponse response) {
        List<String> stuck = notLive.get();
        if (!stuck.isEmpty()) {
            health(response, "not ready", Readiness.of(stuck));
            return;
        }
        Context context = own.getOrCreateContext();
        Promise<Readiness> answer = Promise.promise();
        long timer = own.setTimer(
                PATIENCE.toMillis(),
                _ -> answer.tryComplete(
                        Readiness.of(List.of("the engine does not say: its event loop is busy or stuck"))));
        readiness
                .get()
                .otherwise(failure -> Readiness.of(List.of(String.valueOf(failure.getMessage()))))
                .onSuccess(answer::tryComplete);
        answer.future()
                .onSuccess(answered -> context.runOnContext(_ -> {
                    own.cancelTimer(timer);
                    health(response, "not ready", answered);
                }));
    }

    private static void health(HttpServerResponse response, String unwell, Readiness found) {
        boolean isWell = found.problems().isEmpty();
        JsonObject body =
                new JsonObject().put("status", isWell ? "ok" : unwell).put("problems", new JsonArray(found.problems()));
        if (!found.notes().isEmpty()) {
            body.put("notes", new JsonArray(found.notes()));
        }
        response.setStatusCode(isWell ? 200 : 503)
                .putHeader("content-type", "application/json")
                .end(body.toBuffer());
    }
}
