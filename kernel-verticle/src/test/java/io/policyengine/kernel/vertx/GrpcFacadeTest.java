package io.policyengine.kernel.vertx;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpVersion;
import io.vertx.grpc.server.GrpcServer;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the facade of the gRPC client assumes of Vert.x; {@code VertxVersionTest} in core records the version. */
class GrpcFacadeTest {
    /** The flag and the length of a gRPC message. */
    private static final int PREFIX = 5;

    private final Vertx vertx = Vertx.vertx();
    private final Buffer observed = Buffer.buffer();

    @AfterEach
    void close() {
        result(vertx.close());
    }

    private final class Request extends ObservedGrpcRequest {
        Request(HttpClientRequest http) {
            super(http, 1000);
            begin(this::observe);
        }

        private void observe(HttpClientResponse response, Handler<Buffer> reader) {
            response.handler(piece -> {
                observed.appendBuffer(piece);
                reader.handle(piece);
            });
        }
    }

    @Test
    void observesAllBytesOfAResponseBeforeTheyAreAMessage() {
        GrpcServer grpc = GrpcServer.server(vertx)
                .callHandler(
                        request -> request.handler(message -> request.response().end(message)));
        HttpServer server = result(vertx.createHttpServer().requestHandler(grpc).listen(0, "127.0.0.1"));
        HttpClient client = vertx.createHttpClient(
                new HttpClientOptions().setProtocolVersion(HttpVersion.HTTP_2).setHttp2ClearTextUpgrade(false));

        Promise<Buffer> answer = Promise.promise();
        vertx.runOnContext(_ -> client.request(HttpMethod.POST, server.actualPort(), "127.0.0.1", "/")
                .onFailure(answer::tryFail)
                .onSuccess(http -> {
                    Request request = new Request(http);
                    request.fullMethodName("test.Echo/Say");
                    request.response().compose(response -> response.last()).onComplete(answer);
                    request.end(Buffer.buffer("hello"));
                }));

        assertThat(result(answer.future()).toString()).isEqualTo("hello");
        assertThat(observed.length()).isEqualTo(PREFIX + "hello".length());
    }

    private static <T> T result(Future<T> future) {
        try {
            return future.await(10, TimeUnit.SECONDS);
        } catch (Exception failed) {
            throw new AssertionError(failed);
        }
    }
}
