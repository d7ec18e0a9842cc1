package io.policyengine.kernel.remote;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.async.OffLoop;
import io.policyengine.core.capacity.Capacity;
import io.policyengine.core.time.Ticker;
import io.policyengine.core.worker.EntryAnswer;
import io.policyengine.core.worker.PolicyQuestion;
import io.policyengine.protocol.QuestionCodec;
import io.policyengine.testkit.time.Await;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.JsonNodeFactory;

/** Answers of a worker's policies to a question of an operator. */
class AskedPolicyTest {
    private static final List<EntryAnswer> ANSWERS =
            List.of(new EntryAnswer("/r", "e", JsonNodeFactory.instance.stringNode("an answer"), null));

    @TempDir
    private Path directory;

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setWorkerPoolSize(1));
    private final Context loop = vertx.getOrCreateContext();

    @AfterEach
    void stop() {
        Await.result(vertx.close());
    }

    private <T> Future<T> on(Supplier<Future<T>> action) {
        Promise<T> done = Promise.promise();
        loop.runOnContext(_ -> action.get().onComplete(done));
        return done.future();
    }

    private RemoteControl connect() {
        SocketAddress socket =
                SocketAddress.domainSocketAddress(directory.resolve("s").toString());
        Await.result(vertx.createHttpServer(new HttpServerOptions().setHttp2ClearTextEnabled(true))
                .requestHandler(request -> request.body().onSuccess(_ -> answer(request)))
                .listen(socket));
        return Await.result(on(() -> Future.succeededFuture(new RemoteControl(
                vertx,
                RemoteWorkerOptions.defaults(socket.path()),
                Ticker.SYSTEM,
                () -> {},
                () -> {},
                new Capacity(1 << 20),
                _ -> {}))));
    }

    private static void answer(HttpServerRequest request) {
        Buffer message = Objects.requireNonNull(request.path()).endsWith("/AskPolicy")
                ? QuestionCodec.encode(ANSWERS)
                : Buffer.buffer();
        request.response().putHeader("content-type", "application/grpc").setChunked(true);
        request.response().putTrailer("grpc-status", "0");
        request.response()
                .end(Buffer.buffer()
                        .appendByte((byte) 0)
                        .appendInt(message.length())
                        .appendBuffer(message));
    }

    /** While the only thread for work off the event loops is occupied. */
    @Test
    void aLongAnswerIsNotDecodedOnTheEventLoop() {
        RemoteControl control = connect();
        Await.result(on(control::checkHealth));
        CountDownLatch free = new CountDownLatch(1);
        Future<Void> occupied = OffLoop.run(vertx, free::await);

        Future<List<EntryAnswer>> asked = on(() -> control.ask(PolicyQuestion.shadowDenials("p", "", "e")));
        Await.result(on(control::checkHealth));

        assertThat(asked.isComplete()).isFalse();
        free.countDown();
        Await.result(occupied);
        assertThat(Await.result(asked)).isEqualTo(ANSWERS);
    }
}
