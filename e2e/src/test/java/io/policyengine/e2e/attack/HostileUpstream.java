package io.policyengine.e2e.attack;

import static io.policyengine.e2e.attack.Http1.octets;

import io.netty.channel.ChannelHandlerContext;
import io.policyengine.e2e.harness.Load;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.impl.ConnectionBase;
import java.util.Objects;

/** The upstream of the attacked routes: it answers as {@code ?evil=} says, and otherwise in the ordinary way. */
final class HostileUpstream implements AutoCloseable {
    private static final long DRIP_MS = 20;
    private static final String HEAD = "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n";
    private static final Prepared PIECE = new Prepared(Http1.chunk(octets("x".repeat(16 << 10))));
    private static final Prepared LITTLE_PIECE = new Prepared(Http1.chunk(octets("x")));
    private static final Prepared BOMB = gzipped("gzip", Bombs.GZIP);
    private static final Prepared NESTED_BOMB = gzipped("gzip, gzip", Bombs.GZIP_OF_GZIP);
    private static final Prepared CHUNKED = new Prepared(octets(HEAD + "transfer-encoding: chunked\r\n\r\n"));
    private static final Prepared LONG_FIELD =
            new Prepared(octets(HEAD + "x-long: " + "a".repeat(1 << 20) + "\r\n\r\n"));
    private static final Prepared MANY_FIELDS = new Prepared(octets(HEAD + "x-a: b\r\n".repeat(20_000) + "\r\n"));
    private static final Prepared LAST_CHUNK = new Prepared(octets(HEAD + "transfer-encoding: chunked\r\n\r\n0\r\n"));
    private static final Prepared TRAILER = new Prepared(octets("x-t: " + "a".repeat(100) + "\r\n"));
    private static final Prepared NO_END_OF_FIELDS = new Prepared(octets(HEAD));
    private static final Prepared FIELD = new Prepared(octets("x-t: a\r\n"));
    private static final Prepared BROKEN = new Prepared(octets(HEAD + "content-length: 100000\r\n\r\nno more comes"));
    private static final Prepared LYING =
            new Prepared(octets(HEAD + "content-length: 5\r\n\r\nmuch more than five octets"));

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    private final HttpServer server =
            Load.await(vertx.createHttpServer().requestHandler(this::answer).listen(0, "127.0.0.1"));

    int port() {
        return server.actualPort();
    }

    private void answer(HttpServerRequest request) {
        switch (Objects.requireNonNullElse(request.getParam("evil"), "")) {
            // Neither answers nor takes the body.
            case "deaf" -> request.pause();
            case "silent" -> {}
            case "bomb" -> raw(request, BOMB);
            case "nested-bomb" -> raw(request, NESTED_BOMB);
            case "endless" -> {
                raw(request, CHUNKED);
                goOn(request, PIECE, 1);
            }
            case "drip" -> {
                raw(request, CHUNKED);
                goOn(request, LITTLE_PIECE, DRIP_MS);
            }
            case "fields" -> raw(request, LONG_FIELD);
            case "many-fields" -> raw(request, MANY_FIELDS);
            case "trailers" -> {
                raw(request, LAST_CHUNK);
                goOn(request, TRAILER, DRIP_MS);
            }
            case "slow-fields" -> {
                raw(request, NO_END_OF_FIELDS);
                goOn(request, FIELD, DRIP_MS);
            }
            case "broken" -> {
                raw(request, BROKEN);
                request.connection().close();
            }
            case "lying" -> raw(request, LYING);
            default -> request.response().end("ordinary");
        }
    }

    private static Prepared gzipped(String coding, byte[] content) {
        String fields = "content-encoding: " + coding + "\r\ncontent-length: " + content.length + "\r\n\r\n";
        return new Prepared(Http1.join(octets(HEAD + fields), content));
    }

    /** Past the server's own encoder. */
    private static void raw(HttpServerRequest request, Prepared octets) {
        var _ = outermost(request).writeAndFlush(octets.all());
    }

    private static ChannelHandlerContext outermost(HttpServerRequest request) {
        return Objects.requireNonNull(
                ((ConnectionBase) request.connection()).channel().pipeline().firstContext());
    }

    /** For as long as somebody reads it. */
    private void goOn(HttpServerRequest request, Prepared piece, long everyMs) {
        ChannelHandlerContext outermost = outermost(request);
        long timer = vertx.setPeriodic(everyMs, _ -> {
            if (outermost.channel().isWritable()) {
                var _ = outermost.writeAndFlush(piece.all());
            }
        });
        outermost.channel().closeFuture().addListener(_ -> vertx.cancelTimer(timer));
    }

    @Override
    public void close() {
        Load.await(vertx.close());
    }
}
