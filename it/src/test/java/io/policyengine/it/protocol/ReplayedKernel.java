package io.policyengine.it.protocol;

import com.google.protobuf.ByteString;
import io.policyengine.it.protocol.Transcript.Line;
import io.policyengine.it.protocol.Transcript.Speaker;
import io.policyengine.proto.worker.v1.WorkerBatch;
import io.policyengine.proto.worker.v1.WorkerMessage;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.grpc.client.GrpcClient;
import io.vertx.grpc.client.GrpcClientRequest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A kernel of a former version: it says to a worker, byte by byte, what such a kernel said, and waits for answers where that one had
 * got them.
 */
final class ReplayedKernel {
    private static final int SECONDS = 30;

    private final HttpClient http;
    private final GrpcClient client;
    private final SocketAddress worker;
    private final Transcript transcript;
    private final Map<Integer, OpenCall> calls = new HashMap<>();

    /** One gRPC call, what came back on it, and what had come back by now on that of the transcript. */
    private record OpenCall(
            GrpcClientRequest<Buffer, Buffer> request,
            BlockingQueue<Buffer> unread,
            List<ByteString> answers,
            List<ByteString> due) {}

    ReplayedKernel(Vertx vertx, Transcript transcript, String socket) {
        this.http = vertx.httpClientBuilder()
                .with(new HttpClientOptions()
                        .setProtocolVersion(HttpVersion.HTTP_2)
                        .setHttp2ClearTextUpgrade(false))
                .with(new PoolOptions().setHttp2MaxSize(1))
                .build();
        this.client = GrpcClient.client(vertx, http);
        this.worker = SocketAddress.domainSocketAddress(socket);
        this.transcript = transcript;
    }

    /** Says it all. What the worker answered in each call is then in {@link #answers}. */
    void speak() throws InterruptedException {
        for (Line line : transcript.lines()) {
            if (line.isBy(Speaker.KERNEL)) {
                say(line);
            } else {
                await(line);
            }
        }
    }

    private void say(Line line) {
        OpenCall call = calls.computeIfAbsent(line.call(), _ -> open(line.method()));
        if (line.method().equals("Exchange")) {
            call.request.write(Wire.buffer(line.message()));
        } else {
            call.request.end(Wire.buffer(line.message()));
        }
    }

    private OpenCall open(String method) {
        GrpcClientRequest<Buffer, Buffer> request = done(client.request(worker));
        request.fullMethodName(Wire.SERVICE + method);
        BlockingQueue<Buffer> unread = new LinkedBlockingQueue<>();
        request.response().onSuccess(response -> response.handler(unread::add));
        return new OpenCall(request, unread, new ArrayList<>(), new ArrayList<>());
    }

    /** Waits for as many answers as there were; a worker of today may put them into other batches. */
    private void await(Line line) throws InterruptedException {
        OpenCall call = calls.get(line.call());
        if (call == null) {
            throw new IllegalStateException("an answer before its question: call " + line.call());
        }
        call.due.add(line.message());
        while (call.answers.isEmpty() || (line.method().equals("Exchange") && isBehind(call))) {
            Buffer next = call.unread.poll(SECONDS, TimeUnit.SECONDS);
            if (next == null) {
                throw new AssertionError("no answer in " + line.method() + ", call " + line.call());
            }
            call.answers.add(Wire.bytes(next));
        }
    }

    private static boolean isBehind(OpenCall call) {
        return messages(call.answers).size() < messages(call.due).size();
    }

    /** The answers in batches, in order. */
    static List<WorkerMessage> messages(List<ByteString> batches) {
        return batches.stream()
                .flatMap(batch -> Wire.parse(WorkerBatch.parser(), batch).getMessagesList().stream())
                .toList();
    }

    /** What the worker answered in this call of the transcript. */
    List<ByteString> answers(int call) {
        return Objects.requireNonNull(calls.get(call)).answers;
    }

    void close() {
        done(http.close());
    }

    private static <T> T done(Future<T> future) {
        try {
            return future.await(SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError(e);
        }
    }
}
