package io.policyengine.e2e.ai;

import io.policyengine.e2e.ai.TokenCase.Leaving;
import io.policyengine.e2e.harness.Eventually;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Sends what cases say, over HTTP/1.1 and HTTP/2, and goes when they say. */
final class TokenClient implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 20;

    private final Vertx vertx = Vertx.vertx();
    private final Map<HttpVersion, HttpClient> clients = new EnumMap<>(HttpVersion.class);

    /**
     * What came back.
     *
     * @param status 0 if the connection or the stream ended without one
     * @param remaining the value of X-RateLimit-Remaining-Tokens
     */
    record Came(int status, @Nullable String remaining, String body) {}

    TokenClient() {
        clients.put(
                HttpVersion.HTTP_1_1,
                vertx.createHttpClient(
                        new HttpClientOptions().setKeepAlive(false).setDecompressionSupported(false)));
        clients.put(
                HttpVersion.HTTP_2,
                vertx.createHttpClient(new HttpClientOptions()
                        .setProtocolVersion(HttpVersion.HTTP_2)
                        .setHttp2ClearTextUpgrade(false)));
    }

    /**
     * Sends the case's request.
     *
     * @param key value of the field by which it is charged
     * @param asked true once the provider has the request
     */
    Came send(TokenCase request, int port, String key, BooleanSupplier asked) {
        RequestOptions options = new RequestOptions()
                .setMethod(request.method())
                .setHost("127.0.0.1")
                .setPort(port)
                .setURI(request.path())
                .putHeader(BudgetStack.KEY, key)
                .putHeader(
                        io.policyengine.testkit.provider.AnswerScript.HEADER,
                        request.script().header());
        request.headers().forEach(options::putHeader);
        HttpClientRequest sent = await(client(request).request(options));
        Promise<Came> came = Promise.promise();
        sent.exceptionHandler(_ -> came.tryComplete(new Came(0, null, "")));
        sent.response()
                .onSuccess(response -> read(request, sent, response, came))
                .onFailure(_ -> came.tryComplete(new Came(0, null, "")));
        write(request, sent);
        if (request.leaving() == Leaving.BEFORE_THE_ANSWER) {
            Eventually.isTrue(
                    "the provider has the request, or it is answered",
                    () -> asked.getAsBoolean() || came.future().isComplete());
            sent.reset();
            came.tryComplete(new Came(0, null, ""));
        }
        return await(came.future());
    }

    private HttpClient client(TokenCase request) {
        return Objects.requireNonNull(clients.get(request.version()));
    }

    private static void write(TokenCase request, HttpClientRequest sent) {
        if (request.body().length() == 0) {
            sent.end();
        } else if (request.cut() == 0) {
            sent.end(request.body());
        } else {
            sent.setChunked(true);
            request.chunks().forEach(sent::write);
            sent.end();
        }
    }

    private static void read(
            TokenCase request, HttpClientRequest sent, HttpClientResponse response, Promise<Came> came) {
        String remaining = response.getHeader("x-ratelimit-remaining-tokens");
        Buffer body = Buffer.buffer();
        response.exceptionHandler(_ -> came.tryComplete(new Came(response.statusCode(), remaining, body.toString())));
        response.endHandler(_ -> came.tryComplete(new Came(response.statusCode(), remaining, body.toString())));
        response.handler(bytes -> {
            body.appendBuffer(bytes);
            if (request.leaving() == Leaving.IN_THE_MIDDLE && response.statusCode() == 200) {
                sent.reset();
                came.tryComplete(new Came(response.statusCode(), remaining, body.toString()));
            }
        });
        if (response.statusCode() == 101) {
            sent.reset();
            came.tryComplete(new Came(101, remaining, ""));
        }
    }

    private static <T> T await(Future<T> future) {
        try {
            return future.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException late) {
            throw new AssertionError("nothing within " + PATIENCE_SECONDS + " s", late);
        }
    }

    @Override
    public void close() {
        await(vertx.close());
    }
}
