package io.policyengine.core.admin;

import io.policyengine.core.config.ObservabilityConfig;
import io.policyengine.core.metrics.Exposition;
import io.policyengine.core.net.UnixSocket;
import io.policyengine.core.time.Ticker;
import io.policyengine.core.vertx.EngineVertx;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The server for operators: {@code /metrics}, {@code /health/startup}, {@code /health/live}, {@code /health/ready}, and
 * the paths of {@link AdminRoutes}. Has a dedicated event loop, so it responds even when the event loops that serve
 * Envoy are blocked.
 */
public final class AdminServer {
    /** Time within which the event loop must report readiness. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private static final Set<String> OWN_PATHS = Set.of("/metrics", "/health/startup", "/health/live", "/health/ready");
    private static final Set<HttpMethod> METHODS = Set.of(HttpMethod.GET, HttpMethod.HEAD);

    private final Scrapes scrapes;
    private final Supplier<List<String>> notLive;
    private final Supplier<List<String>> notStarted;
    private final Supplier<Future<Readiness>> readiness;
    private final Vertx own;
    private final Context loop;

    private final AdminConnections connections;
    private final List<HttpServer> servers = new CopyOnWriteArrayList<>();
    private final AtomicBoolean isClosing = new AtomicBoolean();
    private final Promise<Void> closed = Promise.promise();
    private volatile int port;
    private @Nullable Long sweeps;
    private @Nullable AdminRoutes routes;
    private volatile @Nullable Handler<HttpServerRequest> rest;
    private volatile UnixSocket.@Nullable Bound socket;

    /**
     * Creates a server that does not listen yet. Do not call on an event loop: Vert.x warns about a second instance.
     *
     * @param metrics returns the metrics in a format, given as a content type of {@link Exposition}; called off the
     *     event loops, never concurrently
     * @param notLive returns the reasons to restart the process, as texts for operators; empty if it is live. Called on
     *     any thread
     * @param notStarted returns the reasons why startup is incomplete, as texts for operators; empty when it is
     *     complete. Called on any thread
     * @param readiness reports whether the process can serve. Called and completed on any thread
     */
    public AdminServer(
            Function<String, Exposition> metrics,
            Supplier<List<String>> notLive,
            Supplier<List<String>> notStarted,
            Supplier<Future<Readiness>> readiness) {
        this(metrics, notLive, notStarted, readiness, AdminConnections.Limits.ORDINARY);
    }

    AdminServer(
            Function<String, Exposition> metrics,
            Supplier<List<String>> notLive,
            Supplier<List<String>> notStarted,
            Supplier<Future<Readiness>> readiness,
            AdminConnections.Limits limits) {
        this.notLive = notLive;
        this.notStarted = notStarted;
        this.readiness = readiness;
        this.own = Vertx.vertx(EngineVertx.options()
                // Only the native transport reports the uid of a Unix socket's peer.
                .setPreferNativeTransport(true)
                .setEventLoopPoolSize(1)
                // One renders metrics, the other writes the responses of other routes.
                .setWorkerPoolSize(2)
                .setInternalBlockingPoolSize(1));
        this.loop = own.getOrCreateContext();
        this.connections = new AdminConnections(limits, Ticker.SYSTEM);
        this.scrapes = new Scrapes(own, metrics, Ticker.SYSTEM);
    }

    /** Serves additional paths; call before {@link #listen}. */
    public void serve(AdminRoutes others) {
        routes = others;
    }

    /**
     * Sets the source of metrics; call before {@link #listen}.
     *
     * @param source returns a function that writes the metrics in a format, as the function of the constructor does.
     *     Called on the server's event loop and completed on any thread. If the source fails or takes too long, the
     *     function of the constructor is used
     */
    public void scrapeWith(Supplier<Future<Function<String, Exposition>>> source) {
        scrapes.prepareBy(source);
    }

    /** Starts listening; fails if the port, or the socket of the additional paths, is in use. */
    public Future<AdminServer> listen(ObservabilityConfig config) {
        Promise<AdminServer> listening = Promise.promise();
        // A server created on an event loop of another Vert.x could never be closed: closing needs that loop.
        loop.runOnContext(_ -> listenHere(config).onComplete(listening));
        return listening.future();
    }

    private Future<AdminServer> listenHere(ObservabilityConfig config) {
        sweeps = own.setPeriodic(connections.sweepPeriod().toMillis(), _ -> connections.sweep());
        return openRoutes()
                .compose(_ -> server(this::handle).listen(config.metricsPort(), config.adminAddress()))
                .onSuccess(listening -> port = listening.actualPort())
                .compose(_ -> listenOnSocket(config.adminSocketPath()))
                .map(this);
    }

    private HttpServer server(Handler<HttpServerRequest> handler) {
        HttpServer server = own.createHttpServer(new HttpServerOptions()
                        // With HTTP/2 the handler would see a connection only after its protocol is known.
                        .setHttp2ClearTextEnabled(false)
                        // The handler of these extensions throws, and Netty logs it, for each pipelined request
                        // beyond 128; no path is a WebSocket.
                        .setPerFrameWebSocketCompressionSupported(false)
                        .setPerMessageWebSocketCompressionSupported(false))
                .connectionHandler(connections::opened)
                .requestHandler(request -> {
                    if (connections.asked(request, isProbe(request))) {
                        handler.handle(request);
                    }
                });
        servers.add(server);
        return server;
    }

    private static boolean isProbe(HttpServerRequest request) {
        return request.path() != null && request.path().startsWith("/health/");
    }

    private Future<?> openRoutes() {
        AdminRoutes others = routes;
        return others == null
                ? Future.succeededFuture()
                : others.open(own, this::notHere).onSuccess(handler -> rest = handler);
    }

    private Future<?> listenOnSocket(@Nullable String path) {
        Handler<HttpServerRequest> others = rest;
        if (path == null || others == null) {
            return Future.succeededFuture();
        }
        return UnixSocket.ownersOnly(path)
                .listen(own, address -> server(others).listen(address))
                .onSuccess(bound -> socket = bound);
    }

    /** The Vert.x instance of the server's event loop, for watchdogs. */
    public Vertx vertx() {
        return own;
    }

    /** The listening port; 0 before {@link #listen} succeeded. */
    public int port() {
        return port;
    }

    /** Stops listening. Idempotent. */
    public Future<Void> close() {
        if (isClosing.compareAndSet(false, true)) {
            // Servers close first, while their event loop can report it; the loop cannot report its own end.
            loop.runOnContext(_ -> Future.join(
                            servers.stream().map(HttpServer::close).toList())
                    .onComplete(_ -> {
                        endRest();
                        Thread.ofVirtual().name("admin-close").start(this::closeBlocking);
                    }));
        }
        return closed.future();
    }

    /**
     * Cancels the timer and closes the routes. Vert.x would retain the timers and threads of a closed instance, and
     * everything reachable from them.
     */
    private void endRest() {
        if (sweeps != null) {
            own.cancelTimer(sweeps);
        }
        if (routes != null) {
            routes.close();
        }
    }

    private void closeBlocking() {
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
        if (OWN_PATHS.contains(path) && !METHODS.contains(request.method())) {
            response.setStatusCode(405)
                    .putHeader("allow", "GET, HEAD")
                    .end("this path has no " + request.method() + ": use GET\n");
            return;
        }
        switch (path) {
            case "/metrics" -> scrapes.answer(request);
            case "/health/startup" -> health(response, "not started", Readiness.of(notStarted.get()));
            case "/health/live" -> health(response, "not live", Readiness.of(notLive.get()));
            case "/health/ready" -> answerReady(response);
            default -> {
                Handler<HttpServerRequest> others = rest;
                if (others == null) {
                    notHere(request);
                } else {
                    others.handle(request);
                }
            }
        }
    }

    private void notHere(HttpServerRequest request) {
        AdminRoutes others = routes;
        request.response()
                .setStatusCode(404)
                .end("not here: try /metrics, /health/startup, /health/live, /health/ready"
                        + (others == null ? "" : ", " + others.description()) + "\n");
    }

    /** Responds to a readiness probe. A process that is not live is not ready either. */
    private void answerReady(HttpServerResponse response) {
        List<String> stuck = notLive.get();
        if (!stuck.isEmpty()) {
            health(response, "not ready", Readiness.of(stuck));
            return;
        }
        Promise<Readiness> answer = Promise.promise();
        long timer = own.setTimer(
                PATIENCE.toMillis(),
                _ -> answer.tryComplete(
                        Readiness.of(List.of("the engine does not answer: its event loop is busy or stuck"))));
        readiness
                .get()
                .otherwise(failure -> Readiness.of(List.of(String.valueOf(failure.getMessage()))))
                .onSuccess(answer::tryComplete);
        answer.future()
                .onSuccess(answered -> loop.runOnContext(_ -> {
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
