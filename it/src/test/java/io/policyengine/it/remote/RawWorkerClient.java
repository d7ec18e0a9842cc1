package io.policyengine.it.remote;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.policyengine.proto.worker.v1.KernelBatch;
import io.policyengine.proto.worker.v1.WorkerBatch;
import io.policyengine.proto.worker.v1.WorkerMessage;
import io.vertx.core.Future;
import io.vertx.core.Promise;
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
import java.util.concurrent.atomic.AtomicInteger;

/** Speaks the worker protocol message by message, also wrongly. */
final class RawWorkerClient {
    private static final String SERVICE = "policyengine.worker.v1.PolicyWorker/";

    final AtomicInteger connections = new AtomicInteger();
    private final HttpClient http;
    private final GrpcClient client;
    private final SocketAddress address;

    RawWorkerClient(Vertx vertx, String socket) {
        http = vertx.httpClientBuilder()
                .with(new HttpClientOptions()
                        .setProtocolVersion(HttpVersion.HTTP_2)
                        .setHttp2ClearTextUpgrade(false))
                .with(new PoolOptions().setHttp2MaxSize(1))
                .withConnectHandler(_ -> connections.incrementAndGet())
                .build();
        client = GrpcClient.client(vertx, http);
        address = SocketAddress.domainSocketAddress(socket);
    }

    Future<GrpcClientRequest<Buffer, Buffer>> request(String method) {
        return client.request(address).map(request -> request.fullMethodName(SERVICE + method));
    }

    /** One message there, one back. */
    <A> Future<A> ask(String method, MessageLite message, Parser<A> parser) {
        return request(method)
                .compose(request -> {
                    request.end(Buffer.buffer(message.toByteArray()));
                    return request.response();
                })
                .compose(response -> response.last())
                .map(answer -> parse(parser, answer));
    }

    /** Messages on a new stream, until so many answers that are not empty have come. */
    <A extends MessageLite> Future<List<A>> stream(
            String method, List<? extends MessageLite> messages, Parser<A> parser, int answers) {
        Promise<List<A>> promise = Promise.promise();
        List<A> received = new ArrayList<>();
        request(method).onComplete((request, failure) -> {
            if (failure != null) {
                promise.fail(failure);
                return;
            }
            request.response()
                    .onFailure(promise::tryFail)
                    .onSuccess(response -> response.handler(answer -> {
                        if (answer.length() > 0) {
                            received.add(parse(parser, answer));
                        }
                        if (received.size() == answers) {
                            promise.tryComplete(received);
                            request.end();
                        }
                    }));
            messages.forEach(message -> request.write(Buffer.buffer(message.toByteArray())));
        });
        return promise.future();
    }

    /** Batches on a new stream, until so many answers have come, by the ids of their calls. */
    Future<Map<Long, WorkerMessage>> exchange(List<KernelBatch> batches, int answers) {
        Promise<Map<Long, WorkerMessage>> promise = Promise.promise();
        Map<Long, WorkerMessage> received = new HashMap<>();
        request("Exchange").onFailure(promise::tryFail).onSuccess(request -> {
            request.response()
                    .onFailure(promise::tryFail)
                    .onSuccess(response -> response.handler(batch -> {
                        parse(WorkerBatch.parser(), batch)
                                .getMessagesList()
                                .forEach(answer -> received.put(answer.getCallId(), answer));
                        if (received.size() == answers && promise.tryComplete(received)) {
                            request.end();
                        }
                    }));
            batches.forEach(batch -> request.write(Buffer.buffer(batch.toByteArray())));
        });
        return promise.future();
    }

    /** Batches of one message each, each sent once the message before it has been answered. */
    Future<List<WorkerMessage>> converse(List<KernelBatch> batches) {
        Promise<List<WorkerMessage>> promise = Promise.promise();
        List<WorkerMessage> received = new ArrayList<>();
        request("Exchange").onFailure(promise::tryFail).onSuccess(request -> {
            request.response()
                    .onFailure(promise::tryFail)
                    .onSuccess(response -> response.handler(answer -> {
                        List<WorkerMessage> messages =
                                parse(WorkerBatch.parser(), answer).getMessagesList();
                        received.addAll(messages);
                        if (messages.isEmpty()) {
                            return;
                        }
                        if (received.size() < batches.size()) {
                            request.write(
                                    Buffer.buffer(batches.get(received.size()).toByteArray()));
                        } else if (promise.tryComplete(received)) {
                            request.end();
                        }
                    }));
            request.write(Buffer.buffer(batches.getFirst().toByteArray()));
        });
        return promise.future();
    }

    Future<Void> close() {
        return http.close();
    }

    static <A> A parse(Parser<A> parser, Buffer message) {
        try {
            return parser.parseFrom(message.getBytes());
        } catch (InvalidProtocolBufferException malformed) {
            throw new IllegalStateException(malformed);
        }
    }
}
