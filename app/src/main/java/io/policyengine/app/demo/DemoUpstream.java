package io.policyengine.app.demo;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * An upstream with prepared responses. It answers all other requests with an echo: {@code {"method", "path", "headers":
 * {name: value}, "body"}}.
 */
final class DemoUpstream {
    private final Vertx vertx;
    private final List<UpstreamAnswer> answers;
    private final AtomicReference<Optional<Received>> last = new AtomicReference<>(Optional.empty());

    private volatile long lastChunkSent;

    DemoUpstream(Vertx vertx, List<UpstreamAnswer> answers) {
        this.vertx = vertx;
        this.answers = List.copyOf(answers);
    }

    /** A received request, with its headers by lower-case name. */
    record Received(Map<String, String> headers, String body) {}

    /** Starts listening on a free port of 127.0.0.1. */
    Future<HttpServer> start() {
        return vertx.createHttpServer().requestHandler(this::receive).listen(0, "127.0.0.1");
    }

    /** Returns the {@link System#nanoTime} at which the last chunk of the latest response was sent. */
    long lastChunkSent() {
        return lastChunkSent;
    }

    /** Returns the latest request and clears it. */
    Optional<Received> takeLast() {
        return last.getAndSet(Optional.empty());
    }

    private void receive(HttpServerRequest request) {
        request.body().onSuccess(body -> {
            Map<String, String> headers = new HashMap<>();
            request.headers().forEach((name, value) -> headers.put(name.toLowerCase(Locale.ROOT), value));
            Received received = new Received(headers, body.toString());
            last.set(Optional.of(received));
            answers.stream()
                    .filter(one -> one.isFor(request.method().name(), Objects.requireNonNullElse(request.path(), "")))
                    .findFirst()
                    .ifPresentOrElse(answer -> send(request.response(), answer), () -> echo(request, received));
        });
    }

    private void send(HttpServerResponse response, UpstreamAnswer answer) {
        response.setStatusCode(answer.code());
        Objects.requireNonNullElse(answer.headers(), Map.<String, String>of()).forEach(response::putHeader);
        List<String> pieces = answer.pieces();
        if (pieces.size() < 2) {
            lastChunkSent = System.nanoTime();
            response.end(String.join("", pieces));
        } else {
            sendPieces(response.setChunked(true), answer, 0);
        }
    }

    private void sendPieces(HttpServerResponse response, UpstreamAnswer answer, int next) {
        boolean last = next == answer.pieces().size() - 1;
        if (last) {
            lastChunkSent = System.nanoTime();
        }
        response.write(answer.pieces().get(next)).onSuccess(_ -> {
            if (last) {
                response.end();
            } else {
                vertx.timer(Math.max(1, answer.pauseMs())).onSuccess(_ -> sendPieces(response, answer, next + 1));
            }
        });
    }

    private static void echo(HttpServerRequest request, Received received) {
        JsonObject headers = new JsonObject();
        received.headers().forEach(headers::put);
        request.response()
                .putHeader("content-type", "application/json")
                .end(new JsonObject()
                                .put("method", request.method().name())
                                .put("path", request.uri())
                                .put("headers", headers)
                                .put("body", received.body())
                                .encodePrettily()
                        + "\n");
    }
}
