package io.policyengine.kernel.grpc;

import io.policyengine.testkit.time.Await;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** A client that sends any octets it likes to a gRPC server, over one connection. For a test's thread. */
public final class RawClient {
    /** The path of {@code ExternalProcessor/Process}. */
    public static final String PROCESS = "/envoy.service.ext_proc.v3.ExternalProcessor/Process";

    private final HttpClient client;
    private final int port;

    /** A client of a server on the loopback interface. */
    public RawClient(Vertx vertx, int port, HttpVersion version) {
        this.client = vertx.createHttpClient(
                new HttpClientOptions().setProtocolVersion(version).setHttp2ClearTextUpgrade(false));
        this.port = port;
    }

    /** A call of {@code Process} whose headers are sent. */
    public Call call() {
        return call(
                HttpMethod.POST, PROCESS, MultiMap.caseInsensitiveMultiMap().add("content-type", "application/grpc"));
    }

    /** A request whose headers are sent. */
    public Call call(HttpMethod method, String path, MultiMap headers) {
        HttpClientRequest request = Await.result(client.request(method, port, "127.0.0.1", path));
        request.headers().addAll(headers);
        request.setChunked(true);
        Call call = new Call(this, request);
        Await.result(request.sendHead());
        return call;
    }

    private void roundTrip() {
        Call call =
                call(HttpMethod.POST, "/", MultiMap.caseInsensitiveMultiMap().add("content-type", "application/grpc"));
        call.awaitHead();
        call.reset();
    }

    /** What came of a call. */
    public record Answer(int status, MultiMap headers, Buffer body, MultiMap trailers) {
        /** The gRPC status, of the trailers or, in an answer of trailers only, of the headers; -1 if there is none. */
        public int grpcStatus() {
            String code = isTrailersOnly() ? headers.get("grpc-status") : trailers.get("grpc-status");
            return code == null ? -1 : Integer.parseInt(code);
        }

        /** The gRPC message as it travelled. */
        public @Nullable String grpcMessage() {
            return isTrailersOnly() ? headers.get("grpc-message") : trailers.get("grpc-message");
        }

        /** Whether one block of headers is all of it. */
        public boolean isTrailersOnly() {
            return headers.contains("grpc-status");
        }
    }

    /** A call under way. */
    public static final class Call {
        private final RawClient client;
        private final HttpClientRequest request;
        private final Future<HttpClientResponse> response;

        private Call(RawClient client, HttpClientRequest request) {
            this.client = client;
            this.request = request;
            this.response = request.response().map(HttpClientResponse::pause);
        }

        /** Sends octets; completes when flow control and the socket have taken them. */
        public Future<Void> send(Buffer octets) {
            return request.write(octets);
        }

        /** Sends a message. */
        public Future<Void> sendMessage(byte[] message) {
            return send(Frames.of(message));
        }

        /** END_STREAM. */
        public void halfClose() {
            request.end();
        }

        /** RST_STREAM with CANCEL. */
        public void reset() {
            request.reset(8);
        }

        /** Ends the connection with all calls on it. */
        public void disconnect() {
            Await.result(request.connection().close());
        }

        /** Returns when the server has taken in what was sent before, and when what it let us send then is there too. */
        public void settle() {
            client.roundTrip();
            client.roundTrip();
        }

        /** Waits for the head of the answer. Nothing of its body is read yet. */
        public void awaitHead() {
            Await.result(response);
        }

        /** True if the head of the answer has come. */
        public boolean isAnswered() {
            return response.isComplete();
        }

        /** Reads all of the answer, until it ends. */
        public Future<Answer> readAnswer() {
            return response.compose(head -> {
                Future<Answer> answer =
                        head.body().map(body -> new Answer(head.statusCode(), head.headers(), body, head.trailers()));
                head.resume();
                return answer;
            });
        }

        /** What comes of the answer's body from now on, as it comes. */
        public List<Buffer> pieces() {
            List<Buffer> pieces = new CopyOnWriteArrayList<>();
            response.onSuccess(head -> head.handler(pieces::add).resume());
            return pieces;
        }

        /** All of the answer, when it has ended. */
        public Answer answer() {
            return Await.result(readAnswer());
        }
    }
}
