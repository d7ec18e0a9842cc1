package io.policyengine.app.demo;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;

/** An upstream that answers with the request as it arrived: {@code {"method", "path", "headers": {name: value}}}. */
final class EchoUpstream {
    private EchoUpstream() {}

    /** Listens on a free port of 127.0.0.1. */
    static Future<HttpServer> start(Vertx vertx) {
        return vertx.createHttpServer().requestHandler(EchoUpstream::answer).listen(0, "127.0.0.1");
    }

    private static void answer(HttpServerRequest request) {
        JsonObject headers = new JsonObject();
        request.headers().forEach((name, value) -> headers.put(name, value));
        request.response()
                .putHeader("content-type", "application/json")
                .end(new JsonObject()
                                .put("method", request.method().name())
                                .put("path", request.uri())
                                .put("headers", headers)
                                .encodePrettily()
                        + "\n");
    }
}
