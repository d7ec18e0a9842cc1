package io.policyengine.app.demo;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import java.util.List;

/**
 * An upstream that answers with the request as it arrived: {@code {"method", "path", "headers": {name: value}}}. At
 * {@code /events} it sends Server-Sent Events, with a pause after each chunk.
 */
final class EchoUpstream {
    /** The chunks of the events: the third ends what the second begins. */
    static final List<String> CHUNKS =
            List.of("data: good morning\n\n", "data: the password is swor", "dfish\n\n", "data: good night\n\n");

    private static final long PAUSE_MS = 500;

    private final Vertx vertx;

    private volatile long lastChunkSent;

    EchoUpstream(Vertx vertx) {
        this.vertx = vertx;
    }

    /** Listens on a free port of 127.0.0.1. */
    Future<HttpServer> start() {
        return vertx.createHttpServer().requestHandler(this::answer).listen(0, "127.0.0.1");
    }

    /** When the last chunk of the latest events was sent, in nanoseconds of {@link System#nanoTime}. */
    long lastChunkSent() {
        return lastChunkSent;
    }

    private void answer(HttpServerRequest request) {
        if ("/events".equals(request.path())) {
            request.response().setChunked(true).putHeader("content-type", "text/event-stream");
            sendChunks(request.response(), 0);
        } else {
            echo(request);
        }
    }

    private void sendChunks(HttpServerResponse response, int next) {
        boolean last = next == CHUNKS.size() - 1;
        if (last) {
            lastChunkSent = System.nanoTime();
        }
        response.write(CHUNKS.get(next)).onSuccess(_ -> {
            if (last) {
                response.end();
            } else {
                vertx.setTimer(PAUSE_MS, _ -> sendChunks(response, next + 1));
            }
        });
    }

    private static void echo(HttpServerRequest request) {
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
