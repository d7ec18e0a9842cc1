package io.policyengine.e2e.attack;

import static io.policyengine.e2e.attack.Http1.octets;

import io.netty.buffer.Unpooled;
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
    private static final byte[] PIECE = Http1.chunk(octets("x".repeat(16 << 10)));

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
            case "bomb" -> raw(request, gzipped(Bombs.GZIP));
            case "nested-bomb" ->
                raw(
                        request,
                        octets(HEAD + "content-encoding: gzip, gzip\r\nconnection: close\r\n\r\n"),
                        Bombs.GZIP_OF_GZIP);
            case "endless" -> {
                raw(request, octets(HEAD + "transfer-encoding: chunked\r\n\r\n"));
                goOn(request, PIECE, 1);
            }
            case "drip" -> {
                raw(request, octets(HEAD + "transfer-encoding: chunked\r\n\r\n"));
                goOn(request, Http1.chunk(octets("x")), DRIP_MS);
            }
            case "fields" -> raw(request, octets(HEAD + "x-long: " + "a".repeat(1 << 20) + "\r\n\r\n"));
            case "many-fields" -> raw(request, octets(HEAD + "x-a: b\r\n".repeat(20_000) + "\r\n"));
            case "trailers" -> {
                raw(request, octets(HEAD + "transfer-encoding: chunked\r\n\r\n0\r\n"));
                goOn(request, octets("x-t: " + "a".repeat(100) + "\r\n"), DRIP_MS);
            }
            case "slow-fields" -> {
                raw(request, octets(HEAD));
                goOn(request, octets("x-t: a\r\n"), DRIP_MS);
            }
            case "broken" -> {
                raw(request, octets(HEAD + "content-length: 100000\r\n\r\nno more comes"));
                request.connection().close();
            }
            case "lying" -> raw(request, octets(HEAD + "content-length: 5\r\n\r\nmuch more than five octets"));
            default -> request.response().end("ordinary");
        }
    }

    private static byte[][] gzipped(byte[] content) {
        return new byte[][] {
            octets(HEAD + "content-encoding: gzip\r\ncontent-length: " + content.length + "\r\n\r\n"), content
        };
    }

    /** Past the server's own encoder. */
    private static void raw(HttpServerRequest request, byte[]... parts) {
        ChannelHandlerContext outermost = outermost(request);
        for (byte[] part : parts) {
            var _ = outermost.write(Unpooled.wrappedBuffer(part));
        }
        outermost.flush();
    }

    private static ChannelHandlerContext outermost(HttpServerRequest request) {
        return Objects.requireNonNull(
                ((ConnectionBase) request.connection()).channel().pipeline().firstContext());
    }

    /** For as long as somebody reads it. */
    private void goOn(HttpServerRequest request, byte[] piece, long everyMs) {
        ChannelHandlerContext outermost = outermost(request);
        long timer = vertx.setPeriodic(everyMs, _ -> {
            if (outermost.channel().isWritable()) {
                var _ = outermost.writeAndFlush(Unpooled.wrappedBuffer(piece));
            }
        });
        outermost.channel().closeFuture().addListener(_ -> vertx.cancelTimer(timer));
    }

    @Override
    public void close() {
        Load.await(vertx.close());
    }
}
