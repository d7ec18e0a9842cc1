package io.policyengine.core.admin;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.policyengine.core.config.KernelConfig;
import io.policyengine.core.config.ObservabilityConfig;
import io.policyengine.core.metrics.Exposition;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class AdminServerTest {
    private static final Set<PosixFilePermission> PRIVATE = PosixFilePermissions.fromString("rwx------");
    private static final Readiness NOTED = new Readiness(List.of(), List.of("a remark"));

    private static final int BIG = 8 << 20;
    private static final Duration LONG = Duration.ofMinutes(10);
    private static final Duration SHORT = Duration.ofSeconds(1);

    private final Promise<Void> asked = Promise.promise();
    private final HttpClient client = HttpClient.newHttpClient();
    private List<String> notLive = List.of();
    private List<String> notStarted = List.of();
    private Future<Readiness> readiness = Future.succeededFuture(NOTED);
    private final AdminServer server =
            new AdminServer(AdminServerTest::exposed, () -> notLive, () -> notStarted, () -> readiness);

    @AfterEach
    void close() throws Exception {
        server.close().await(30, TimeUnit.SECONDS);
        client.close();
    }

    @Test
    void servesMetricsAsTheyAre() throws Exception {
        start(null);

        assertThat(get("/metrics").body()).isEqualTo("up 1\n");
    }

    @Test
    void servesMetricsInAFormatThatTheScraperAccepts() throws Exception {
        start(null);

        HttpResponse<String> answer = client.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + "/metrics"))
                        .header("Accept", "text/plain;q=0.5")
                        .header("Accept", Exposition.PROTOBUF)
                        .build(),
                HttpResponse.BodyHandlers.ofString());

        assertThat(answer.body()).isEqualTo("up 1\n");
        assertThat(answer.headers().firstValue("content-type")).contains(Exposition.PROTOBUF);
    }

    @Test
    void tellsWhetherTheProcessIsReadyAndWhatPeopleShouldKnow() throws Exception {
        start(null);

        assertThat(get("/health/ready").statusCode()).isEqualTo(200);
        assertThat(get("/health/ready").body()).contains("\"ok\"", "a remark");
        readiness = Future.succeededFuture(Readiness.of(List.of("a worker is missing")));
        assertThat(get("/health/ready").statusCode()).isEqualTo(503);
        assertThat(get("/health/ready").body()).contains("not ready", "a worker is missing");
    }

    @Test
    void tellsWhetherTheStartIsOverHoweverReadyTheProcessIs() throws Exception {
        start(null);
        notStarted = List.of("it exercises itself");

        assertThat(get("/health/startup").statusCode()).isEqualTo(503);
        assertThat(get("/health/startup").body()).contains("not started", "it exercises itself");
        notStarted = List.of();
        readiness = Future.succeededFuture(Readiness.of(List.of("a worker is missing")));
        assertThat(get("/health/startup").statusCode()).isEqualTo(200);
        assertThat(get("/health/startup").body()).contains("\"ok\"");
    }

    @Test
    void whatIsNotLiveIsNotReadyEither() throws Exception {
        start(null);
        notLive = List.of("a loop is stuck");

        assertThat(get("/health/live").statusCode()).isEqualTo(503);
        assertThat(get("/health/ready").body()).contains("a loop is stuck");
    }

    @Test
    void isNotReadyWhileNobodySaysSo() throws Exception {
        start(null);
        readiness = Promise.<Readiness>promise().future();

        assertThat(get("/health/ready").statusCode()).isEqualTo(503);
        assertThat(get("/health/ready").body()).contains("busy or stuck");
    }

    @Test
    void namesThePathsThatThereAre() throws Exception {
        start(null);

        assertThat(get("/config").statusCode()).isEqualTo(404);
        assertThat(get("/config").body())
                .isEqualTo("not here: try /metrics, /health/startup, /health/live, /health/ready\n");
    }

    @Test
    void leavesOtherPathsToOtherRoutes() throws Exception {
        start(new OneMore());

        assertThat(get("/more").body()).isEqualTo("more");
        assertThat(get("/less").body()).endsWith(", /about\n");
        assertThat(get("/metrics").body()).isEqualTo("up 1\n");
    }

    @Test
    void closesAlsoWhereItListensOnASocketAndRemovesThat(@TempDir Path folder) throws Exception {
        Path socket = Files.createDirectory(folder.resolve("own"), PosixFilePermissions.asFileAttribute(PRIVATE))
                .resolve("admin.sock");
        Vertx asking = Vertx.vertx();
        Promise<Object> listening = Promise.promise();
        server.serve(new OneMore());
        asking.runOnContext(
                _ -> server.listen(config(socket.toString())).onComplete(done -> listening.handle(done.mapEmpty())));
        listening.future().await(30, TimeUnit.SECONDS);
        assertThat(socket).exists();

        // As a kernel does it: nobody waits for the end but on that other event loop.
        Promise<Object> closed = Promise.promise();
        asking.runOnContext(_ -> server.close().onComplete(done -> closed.handle(done.mapEmpty())));
        closed.future().await(30, TimeUnit.SECONDS);

        assertThat(socket).doesNotExist();
        asking.close().await(30, TimeUnit.SECONDS);
    }

    @Test
    void connectionsThatSayNothingMakeRoomForThoseThatAsk() throws Exception {
        start(null);
        List<Socket> silent = new ArrayList<>();
        try {
            for (int i = 0; i < 400; i++) {
                silent.add(new Socket(InetAddress.getLoopbackAddress(), server.port()));
            }

            assertThat(get("/health/live").statusCode()).isEqualTo(200);

            for (Socket first : silent.subList(0, 400 - AdminConnections.Limits.ORDINARY.max())) {
                assertThat(isClosed(first)).isTrue();
            }
        } finally {
            for (Socket each : silent) {
                each.close();
            }
        }
    }

    @Test
    void answersThatNobodyTakesMakeRoomForOthersAndRequestsInARowEndTheirConnection() throws Exception {
        start(new Big());
        List<Socket> slow = new ArrayList<>();
        for (int i = 0; i < 3 * AdminConnections.Limits.ORDINARY.answers(); i++) {
            Socket socket = new Socket();
            socket.setReceiveBufferSize(2_048);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
            socket.getOutputStream()
                    .write("GET /big HTTP/1.1\r\nhost: a\r\n\r\n".repeat(20).getBytes(US_ASCII));
            slow.add(socket);
        }

        assertThat(get("/health/live").statusCode()).isEqualTo(200);
        assertThat(get("/big").body()).hasSize(BIG);
        assertThat(get("/metrics").body()).isEqualTo("up 1\n");
        for (Socket socket : slow) {
            socket.setSoTimeout(30_000);
            assertThat(readBytes(socket)).isLessThan(2L * BIG);
            socket.close();
        }
    }

    @Test
    void hundredsOfRequestsInARowLogNothing() throws Exception {
        Logger netty = (Logger) LoggerFactory.getLogger("io.netty");
        Warnings warnings = new Warnings();
        warnings.start();
        netty.addAppender(warnings);
        readiness = Promise.<Readiness>promise().future();
        start(null);
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout(30_000);
            socket.getOutputStream()
                    .write("GET /health/ready HTTP/1.1\r\nhost: a\r\n\r\n"
                            .repeat(500)
                            .getBytes(US_ASCII));

            assertThat(socket.getInputStream().read()).isEqualTo('H');
            assertThat(get("/metrics").body()).isEqualTo("up 1\n");
        } finally {
            netty.detachAppender(warnings);
        }

        assertThat(warnings.lines).isEmpty();
    }

    /** Keeps warnings and errors. */
    private static final class Warnings extends AppenderBase<ILoggingEvent> {
        final List<String> lines = new CopyOnWriteArrayList<>();

        @Override
        protected void append(ILoggingEvent event) {
            if (event.getLevel().isGreaterOrEqual(Level.WARN)) {
                lines.add(event.getFormattedMessage());
            }
        }
    }

    /** The bytes that come until the connection ends. */
    private static long readBytes(Socket socket) throws IOException {
        try {
            return socket.getInputStream().readAllBytes().length;
        } catch (SocketException reset) {
            return 0;
        }
    }

    @Test
    void whereAllConnectionsAreAtWorkOneMoreIsClosedAtOnce() throws Exception {
        AdminServer small = limited(1, LONG, LONG);
        readiness = Promise.<Readiness>promise().future();
        try (Socket asking = new Socket(InetAddress.getLoopbackAddress(), small.port())) {
            asking.getOutputStream().write("GET /more HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(US_ASCII));
            asked.future().await(30, TimeUnit.SECONDS);
            try (Socket other = new Socket(InetAddress.getLoopbackAddress(), small.port())) {
                assertThat(isClosed(other)).isTrue();
            }
        }
        small.close().await(30, TimeUnit.SECONDS);
    }

    @Test
    void aConnectionWithoutARequestAndARequestWithoutAnEndAreClosed() throws Exception {
        AdminServer impatient = limited(10, SHORT, SHORT);
        try (Socket silent = new Socket(InetAddress.getLoopbackAddress(), impatient.port());
                Socket asking = new Socket(InetAddress.getLoopbackAddress(), impatient.port())) {
            asking.getOutputStream().write("GET /more HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(US_ASCII));
            asked.future().await(30, TimeUnit.SECONDS);

            assertThat(isClosed(silent)).isTrue();
            assertThat(isClosed(asking)).isTrue();
        }
        impatient.close().await(30, TimeUnit.SECONDS);
    }

    /** A server with these limits, whose {@code /more} is asked and never answers. */
    private AdminServer limited(int max, Duration idle, Duration request) throws Exception {
        AdminServer limited = new AdminServer(
                AdminServerTest::exposed,
                List::of,
                List::of,
                () -> readiness,
                new AdminConnections.Limits(max, idle, request, 8));
        limited.serve(new Unanswered());
        return limited.listen(config(null)).await(30, TimeUnit.SECONDS);
    }

    /** Waits for the end, for as long as the socket's time-out. */
    private static boolean isClosed(Socket socket) throws IOException {
        socket.setSoTimeout(20_000);
        try {
            return socket.getInputStream().read() < 0;
        } catch (SocketException reset) {
            return true;
        }
    }

    private static Exposition exposed(String format) {
        return new Exposition(format, Buffer.buffer("up 1\n"));
    }

    private void start(@Nullable AdminRoutes others) throws Exception {
        if (others != null) {
            server.serve(others);
        }
        server.listen(config(null)).await(30, TimeUnit.SECONDS);
    }

    private static ObservabilityConfig config(@Nullable String socket) {
        ObservabilityConfig unset = KernelConfig.defaults().observability();
        return new ObservabilityConfig(
                0,
                "127.0.0.1",
                null,
                List.of(),
                socket,
                unset.logLevel(),
                unset.stuckLoopTimeout(),
                unset.metrics(),
                unset.tracing(),
                unset.recorder(),
                unset.accessLog());
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** Routes that leave everything unanswered. */
    private final class Unanswered implements AdminRoutes {
        @Override
        public String description() {
            return "/about";
        }

        @Override
        public Future<Handler<HttpServerRequest>> open(Vertx vertx, Handler<HttpServerRequest> notHere) {
            return Future.succeededFuture(_ -> asked.tryComplete());
        }
    }

    /** Routes whose every answer is larger than what a connection takes unread. */
    private static final class Big implements AdminRoutes {
        @Override
        public String description() {
            return "/big";
        }

        @Override
        public Future<Handler<HttpServerRequest>> open(Vertx vertx, Handler<HttpServerRequest> notHere) {
            return Future.succeededFuture(request -> request.response().end(Buffer.buffer(new byte[BIG])));
        }
    }

    /** Routes with one path. */
    private static final class OneMore implements AdminRoutes {
        @Override
        public String description() {
            return "/about";
        }

        @Override
        public Future<Handler<HttpServerRequest>> open(Vertx vertx, Handler<HttpServerRequest> notHere) {
            return Future.succeededFuture(request -> {
                if ("/more".equals(request.path())) {
                    request.response().end("more");
                } else {
                    notHere.handle(request);
                }
            });
        }
    }
}
