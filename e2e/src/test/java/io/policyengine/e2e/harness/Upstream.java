package io.policyengine.e2e.harness;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.internal.buffer.BufferInternal;
import io.vertx.core.json.JsonObject;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Answers with the headers that it was sent, after {@code ?delay=MS} if that is asked for, or with length and checksum of the body
 * to {@code ?digest}, or to {@code ?endless} with a body of which only the beginning ever comes, and counts what came without having been
 * processed by the chain.
 */
public final class Upstream implements AutoCloseable {
    /** Bytes of a request's head, as many as Envoy lets pass. */
    private static final int MAX_HEAD = 60 << 10;

    private final Vertx vertx = Vertx.vertx();
    private final AtomicInteger received = new AtomicInteger();
    private final AtomicInteger unprocessed = new AtomicInteger();
    private final AtomicInteger delayed = new AtomicInteger();
    private final Map<String, Integer> stamps = new ConcurrentHashMap<>();
    private final HttpServer server;

    private Upstream() {
        server = Load.await(vertx.createHttpServer(new HttpServerOptions().setMaxHeaderSize(MAX_HEAD))
                .requestHandler(this::answer)
                .listen(0, "127.0.0.1"));
    }

    /** Listens on a free port of loopback. */
    public static Upstream start() {
        return new Upstream();
    }

    private void answer(HttpServerRequest request) {
        received.incrementAndGet();
        if (request.getHeader("x-processed") == null) {
            unprocessed.incrementAndGet();
        }
        stamps.merge(String.join(", ", request.headers().getAll("x-stamp")), 1, Integer::sum);
        if (request.getParam("digest") != null) {
            digest(request);
            return;
        }
        if (request.getParam("endless") != null) {
            request.response()
                    .setChunked(true)
                    .putHeader("content-type", "text/plain")
                    .write("a SECRET, and ");
            return;
        }
        JsonObject headers = new JsonObject();
        for (String name : request.headers().names()) {
            headers.put(
                    name.toLowerCase(Locale.ROOT),
                    String.join(", ", request.headers().getAll(name)));
        }
        String body = new JsonObject().put("headers", headers).encode();
        String delay = request.getParam("delay");
        if (delay == null) {
            end(request, body);
        } else {
            delayed.incrementAndGet();
            vertx.setTimer(Long.parseLong(delay), _ -> end(request, body));
        }
    }

    /** Answers with what the body was, when it has arrived. */
    private static void digest(HttpServerRequest request) {
        CRC32C checksum = new CRC32C();
        long[] length = {0};
        request.handler(chunk -> {
            checksum.update(((BufferInternal) chunk).getByteBuf().nioBuffer());
            length[0] += chunk.length();
        });
        request.endHandler(_ -> end(request, digest(length[0], checksum)));
    }

    /** What {@code ?digest} is answered with, for a body of this length and checksum. */
    static String digest(long length, CRC32C checksum) {
        return length + " bytes, CRC-32C " + Long.toHexString(checksum.getValue());
    }

    private static void end(HttpServerRequest request, @Nullable String body) {
        if (!request.response().closed()) {
            request.response().putHeader("content-type", "application/json").end(body);
        }
    }

    /** Its port. */
    public int port() {
        return server.actualPort();
    }

    /** Requests that have arrived. */
    public int received() {
        return received.get();
    }

    /** Requests that have arrived and asked for a delay. */
    public int delayed() {
        return delayed.get();
    }

    /** Requests that have arrived without {@code X-Processed}. */
    public int unprocessed() {
        return unprocessed.get();
    }

    /** How often each list of {@code X-Stamp} values has arrived; without any it is empty. */
    public Map<String, Integer> stamps() {
        return Map.copyOf(stamps);
    }

    @Override
    public void close() {
        Load.await(vertx.close());
    }
}
