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
 * {@code /events} it sends Server-Sent Events, with a pause after each piece.
 */
final class EchoUpstream {
    /** What is sent of the events, piece by piece: the third ends what the second begins. */
    static final List<String> PIECES =
            List.of("data: good morning\n\n", "data: the password is swor", "dfish\n\n", "data: good night\n\n");

    private static final long PAUSE_MS = 500;

    private final Vertx vertx;

    private volatile long lastPieceSent;

    EchoUpstream(Vertx vertx) {
        this.vertx = vertx;
    }

    /** Listens on a free port of 127.0.0.1. */
    Future<HttpServer> start() {
        return vertx.createHttpServer().requestHandler(this::answer).listen(0, "127.0.0.1");
    }

    /** When the last piece of the latest events was sent, in nanoseconds of {@link System#nanoTime}. */
    long lastPieceSent() {
        return lastPieceSent;
    }

    private void answer(HttpServerRequest request) {
        if ("/events".equals(request.path())) {
            request.response().setChunked(true).putHeader("content-type", "text/event-stream");
            sendPieces(request.response(), 0);
        } else {
            echo(request);
        }
    }

    private void sendPieces(HttpServerResponse response, int next) {
        boolean last = next == PIECES.size() - 1;
        if (last) {
            lastPieceSent = System.nanoTime();
        }
        response.write(PIECES.get(next)).onSuccess(_ -> {
            if (last) {
                response.end();
            } else {
                vertx.setTimer(PAUSE_MS, _ -> sendPieces(response, next + 1));
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
