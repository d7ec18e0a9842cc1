package io.policyengine.kernel.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.kernel.harness.RawHttp2;
import io.policyengine.testkit.time.Await;
import io.vertx.core.Vertx;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.io.IOException;
import java.net.SocketException;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What becomes of clients that do not read that they were refused. */
class UntakenRefusalsTest {
    private static final int STREAMS = 10_000;
    private static final int MAX = 16;

    private final Vertx vertx = Vertx.vertx();
    private final AtomicInteger closed = new AtomicInteger();

    @AfterEach
    void stop() {
        Await.result(vertx.close());
    }

    private int start() {
        HttpServer server = vertx.createHttpServer(new HttpServerOptions()
                        .setSendBufferSize(4096)
                        .setInitialSettings(new Http2Settings().setMaxConcurrentStreams(STREAMS)))
                .connectionHandler(connection -> connection.closeHandler(_ -> closed.incrementAndGet()))
                .requestHandler(GrpcCalls.of(Map.of(), new UntakenRefusals(MAX)));
        return Await.result(server.listen(0, "127.0.0.1")).actualPort();
    }

    /** Fewer streams than the server allows, and more than the system keeps the refusals of. */
    private static void ask(RawHttp2 raw) throws IOException {
        try {
            for (int i = 0; i < STREAMS / 2; i++) {
                raw.call("epe", "/no.such/Method");
            }
        } catch (SocketException closed) {
            // As it should be.
        }
    }

    @Test
    void aConnectionThatIsNotReadFromIsClosed() throws IOException {
        int port = start();
        try (RawHttp2 raw = RawHttp2.connectWithLittleRoom(port)) {
            ask(raw);

            Await.until(() -> closed.get() == 1);
        }
    }

    @Test
    void whoReadsIsServedMeanwhile() throws IOException {
        int port = start();
        try (RawHttp2 reader = RawHttp2.connect(port, 1 << 16);
                RawHttp2 raw = RawHttp2.connectWithLittleRoom(port)) {
            ask(raw);
            Await.until(() -> closed.get() == 1);
            for (int i = 0; i < 10 * MAX; i++) {
                int stream = reader.call("epe", "/no.such/Method");

                assertThat(reader.next().stream()).isEqualTo(stream);
                assertThat(reader.next().stream()).isEqualTo(stream);
            }
        }
    }
}
