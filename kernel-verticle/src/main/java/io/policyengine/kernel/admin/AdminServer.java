package io.policyengine.kernel.admin;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.policyengine.core.config.ObservabilityConfig;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.function.Supplier;

/** HTTP for operators: {@code /metrics}, {@code /health/live}, {@code /health/ready}. */
public final class AdminServer {
    private static final String PROMETHEUS_TEXT = "text/plain; version=0.0.4; charset=utf-8";

    private final PrometheusMeterRegistry registry;
    private final Supplier<List<String>> notReady;
    private final HttpServer server;

    /**
     * A server that does not listen yet.
     *
     * @param notReady what is not well, for people; empty if the process is ready
     */
    public AdminServer(Vertx vertx, PrometheusMeterRegistry registry, Supplier<List<String>> notReady) {
        this.registry = registry;
        this.notReady = notReady;
        this.server = vertx.createHttpServer().requestHandler(this::handle);
    }

    /** Listens; fails if the port is taken. */
    public Future<AdminServer> listen(ObservabilityConfig config) {
        return server.listen(config.metricsPort(), config.adminAddress()).map(this);
    }

    /** The port that is listened on. */
    public int port() {
        return server.actualPort();
    }

    /** Stops listening. */
    public Future<Void> close() {
        return server.close();
    }

    private void handle(HttpServerRequest request) {
        HttpServerResponse response = request.response();
        String path = request.path() == null ? "" : request.path();
        switch (path) {
            case "/metrics" ->
                response.putHeader("content-type", PROMETHEUS_TEXT).end(registry.scrape());
            case "/health/live" -> health(response, List.of());
            case "/health/ready" -> health(response, notReady.get());
            default -> response.setStatusCode(404).end("not here: try /metrics, /health/live, /health/ready\n");
        }
    }

    private static void health(HttpServerResponse response, List<String> problems) {
        JsonObject body = new JsonObject()
                .put("status", problems.isEmpty() ? "ok" : "not ready")
                .put("problems", new JsonArray(problems));
        response.setStatusCode(problems.isEmpty() ? 200 : 503)
                .putHeader("content-type", "application/json")
                .end(body.toBuffer());
    }
}
