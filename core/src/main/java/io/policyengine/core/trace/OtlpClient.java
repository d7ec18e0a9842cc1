package io.policyengine.core.trace;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.common.export.MessageWriter;
import io.policyengine.core.vertx.EngineVertx;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The client of an OTLP receiver, over HTTP or gRPC, on a dedicated event loop.
 *
 * <p>{@code timeout} bounds a call including all retries. A response of more than {@value OtlpCall#MAX_ANSWER} bytes is
 * a failure. If the receiver is unreachable or permits a retry, the call is repeated after a pause, which doubles each
 * time. Calls never overlap, because the span processor waits for each of them to end.
 */
final class OtlpClient {
    /** The gRPC status after which a call may be repeated. */
    private static final String UNAVAILABLE = "14";

    private static final byte NOT_COMPRESSED = 0;
    private static final int GRPC_PREFIX = 5;

    private final boolean grpc;
    private final String path;
    private final Duration timeout;
    private final Supplier<Map<String, List<String>>> headers;
    private final String contentType;
    private final Vertx vertx;
    private final HttpClient client;

    /**
     * A response of the receiver.
     *
     * @param status the HTTP status
     * @param fields the trailers or, if there are no trailers, the headers
     * @param body the HTTP body; for gRPC, the message inside it
     */
    record Answer(int status, MultiMap fields, Buffer body) {
        private Answer ofGrpc() {
            return new Answer(status, fields, body.slice(Math.min(GRPC_PREFIX, body.length()), body.length()));
        }
    }

    /**
     * Creates a client of an OTLP receiver. This takes some milliseconds.
     *
     * @param grpc true for gRPC, false for OTLP over HTTP
     * @param path the path of the URL
     */
    OtlpClient(
            boolean grpc,
            URI endpoint,
            String path,
            String contentType,
            Duration timeout,
            Supplier<Map<String, List<String>>> headers) {
        this.grpc = grpc;
        this.path = path;
        this.contentType = contentType;
        this.timeout = timeout;
        this.headers = headers;
        this.vertx = Vertx.vertx(EngineVertx.options()
                .setEventLoopPoolSize(1)
                .setWorkerPoolSize(1)
                .setInternalBlockingPoolSize(1));
        boolean tls = "https".equalsIgnoreCase(endpoint.getScheme());
        int port = endpoint.getPort() < 0 ? (tls ? 443 : 80) : endpoint.getPort();
        this.client = vertx.httpClientBuilder()
                .with(new HttpClientOptions()
                        .setDefaultHost(endpoint.getHost())
                        .setDefaultPort(port)
                        .setSsl(tls)
                        .setUseAlpn(tls && grpc)
                        .setProtocolVersion(grpc ? HttpVersion.HTTP_2 : HttpVersion.HTTP_1_1)
                        .setHttp2ClearTextUpgrade(false)
                        .setConnectTimeout((int) timeout.toMillis()))
                .with(new PoolOptions().setHttp1MaxSize(1).setHttp2MaxSize(1))
                // The call itself reports the failure.
                .withConnectHandler(connection -> connection.exceptionHandler(_ -> {}))
                .build();
    }

    /**
     * Sends a message. Exactly one of the callbacks is then called: on the client's event loop, or at once if the
     * message cannot be encoded.
     *
     * @param answered receives the response, of any status
     */
    void send(MessageWriter message, Consumer<Answer> answered, Consumer<Throwable> failed) {
        Buffer body;
        try {
            body = Buffer.buffer(bytes(message));
        } catch (IOException | RuntimeException unwritable) {
            failed.accept(unwritable);
            return;
        }
        Consumer<Answer> taken = grpc ? answer -> answered.accept(answer.ofGrpc()) : answered;
        OtlpCall call = new OtlpCall(vertx, () -> client.request(options()), body, this::mayBeRepeated, taken, failed);
        vertx.getOrCreateContext().runOnContext(_ -> call.begin(timeout.toMillis()));
    }

    private RequestOptions options() {
        RequestOptions options = new RequestOptions().setMethod(HttpMethod.POST).setURI(path);
        headers.get().forEach((name, values) -> values.forEach(value -> options.addHeader(name, value)));
        options.putHeader("content-type", grpc ? "application/grpc" : contentType);
        return grpc ? options.putHeader("te", "trailers") : options;
    }

    private boolean mayBeRepeated(Answer answer) {
        if (!grpc) {
            return switch (answer.status()) {
                case 429, 502, 503, 504 -> true;
                default -> false;
            };
        }
        String status = answer.fields().get("grpc-status");
        return status == null ? answer.status() != 200 : status.equals(UNAVAILABLE);
    }

    private byte[] bytes(MessageWriter message) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(message.getContentLength() + GRPC_PREFIX);
        if (grpc) {
            int length = message.getContentLength();
            bytes.write(NOT_COMPRESSED);
            bytes.write(length >>> 24);
            bytes.write(length >>> 16);
            bytes.write(length >>> 8);
            bytes.write(length);
        }
        message.writeMessage(bytes);
        return bytes.toByteArray();
    }

    CompletableResultCode close() {
        CompletableResultCode closed = new CompletableResultCode();
        vertx.close().onComplete(ended -> {
            if (ended.succeeded()) {
                closed.succeed();
            } else {
                closed.fail();
            }
        });
        return closed;
    }
}
