package io.policyengine.kernel.remote;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.capacity.Capacity;
import io.policyengine.core.worker.WorkerException;
import io.policyengine.core.worker.WorkerException.Kind;
import io.policyengine.protocol.WorkerMethod;
import io.policyengine.testkit.time.Await;
import io.vertx.core.Context;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Calls of a worker that are given up while the connection opens. */
class UnusedCallsTest {
    private static final int STREAMS = 4;

    @TempDir
    private Path directory;

    private final Vertx vertx = Vertx.vertx();
    private final Context loop = vertx.getOrCreateContext();

    /** Vert.x closes a client that is not referenced. */
    private @Nullable SocketClient kept;

    @AfterEach
    void stop() {
        Await.result(vertx.close());
    }

    @Test
    void takeNoStreamOfTheConnectionForGood() {
        String socket = directory.resolve("s").toString();
        HttpServerOptions few = new HttpServerOptions()
                .setHttp2ClearTextEnabled(true)
                .setInitialSettings(new Http2Settings().setMaxConcurrentStreams(STREAMS));
        Await.result(vertx.createHttpServer(few)
                .requestHandler(request -> request.body().onSuccess(_ -> answer(request)))
                .listen(SocketAddress.domainSocketAddress(socket)));
        Promise<Buffer> answer = Promise.promise();

        loop.runOnContext(_ -> {
            var client = new SocketClient(
                    vertx, RemoteWorkerOptions.defaults(socket), new Capacity(1 << 20), _ -> {}, () -> {});
            kept = client;
            for (int i = 0; i < 2 * STREAMS; i++) {
                UnaryCall.send(client, WorkerMethod.HEALTH_CHECK, Buffer.buffer())
                        .cancel(new WorkerException(Kind.TIMEOUT, "no answer in time"));
            }
            UnaryCall.send(client, WorkerMethod.HEALTH_CHECK, Buffer.buffer())
                    .answer()
                    .onComplete(answer);
        });

        assertThat(Await.result(answer.future()).length()).isZero();
        assertThat(kept).isNotNull();
    }

    private static void answer(HttpServerRequest request) {
        request.response().putHeader("content-type", "application/grpc").setChunked(true);
        request.response().putTrailer("grpc-status", "0");
        request.response().end(Buffer.buffer(new byte[5]));
    }
}
