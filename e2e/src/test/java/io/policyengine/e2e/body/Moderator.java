package io.policyengine.e2e.body;

import io.policyengine.e2e.harness.Load;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** A server that guardrails ask: it denies texts with one word in them. */
final class Moderator implements AutoCloseable {
    static final String DENIED = "swordfish";

    private final Vertx vertx = Vertx.vertx();
    private final int port;
    private HttpServer server;

    private Moderator() {
        server = listen(0);
        port = server.actualPort();
    }

    static Moderator start() {
        return new Moderator();
    }

    String url() {
        return "http://127.0.0.1:" + port;
    }

    void stop() {
        Load.await(server.close());
    }

    /** Listens again, where it did. */
    void restart() {
        server = listen(port);
    }

    private HttpServer listen(int on) {
        return Load.await(vertx.createHttpServer()
                .requestHandler(request -> request.body()
                        .onSuccess(body -> request.response()
                                .putHeader("content-type", "application/json")
                                .end(verdicts(body.toJsonObject().getJsonArray("texts"))
                                        .encode())))
                .listen(on, "127.0.0.1"));
    }

    private static JsonObject verdicts(JsonArray texts) {
        JsonArray verdicts = new JsonArray();
        for (int i = 0; i < texts.size(); i++) {
            boolean denied = texts.getJsonObject(i).getString("text").contains(DENIED);
            verdicts.add(new JsonObject().put("action", denied ? "deny" : "allow"));
        }
        return new JsonObject().put("verdicts", verdicts);
    }

    @Override
    public void close() {
        Load.await(vertx.close());
    }
}
