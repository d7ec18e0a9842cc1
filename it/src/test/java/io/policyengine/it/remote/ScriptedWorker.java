package io.policyengine.it.remote;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.policyengine.proto.worker.v1.HealthCheckResponse;
import io.policyengine.proto.worker.v1.KernelBatch;
import io.policyengine.proto.worker.v1.KernelMessage;
import io.policyengine.proto.worker.v1.ProtocolVersion;
import io.policyengine.proto.worker.v1.RequestResult;
import io.policyengine.proto.worker.v1.WorkerBatch;
import io.policyengine.proto.worker.v1.WorkerConfig;
import io.policyengine.proto.worker.v1.WorkerMessage;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.net.SocketAddress;
import io.vertx.grpc.common.GrpcStatus;
import io.vertx.grpc.server.GrpcServer;
import io.vertx.grpc.server.GrpcServerRequest;
import org.jspecify.annotations.Nullable;

/** A worker of somebody else's making: it answers every call with the same result, or does not serve streams. */
final class ScriptedWorker {
    /** The version of a worker that refuses every kernel. */
    static final int NO_PROTOCOL = 0;

    private final HttpServer server;
    private final boolean streams;
    private final @Nullable RequestResult result;
    private final ProtocolVersion version;

    ScriptedWorker(Vertx vertx, boolean streams, @Nullable RequestResult result, int majorVersion) {
        this.streams = streams;
        this.result = result;
        this.version = ProtocolVersion.newBuilder().setMajor(majorVersion).build();
        this.server =
                vertx.createHttpServer().requestHandler(GrpcServer.server(vertx).callHandler(this::handle));
    }

    Future<?> listen(String socket) {
        return server.listen(SocketAddress.domainSocketAddress(socket));
    }

    private void handle(GrpcServerRequest<Buffer, Buffer> request) {
        switch (request.methodName()) {
            case "GetWorkerConfig" -> {
                if (version.getMajor() == NO_PROTOCOL) {
                    request.response()
                            .status(GrpcStatus.FAILED_PRECONDITION)
                            .statusMessage("no kernel is good enough")
                            .end();
                } else {
                    answer(
                            request,
                            WorkerConfig.newBuilder()
                                    .setName("foreign")
                                    .setProtocolVersion(version)
                                    .build()
                                    .toByteString());
                }
            }
            case "HealthCheck" -> {
                if (result != null) {
                    answer(
                            request,
                            HealthCheckResponse.newBuilder()
                                    .setStatus(HealthCheckResponse.Status.STATUS_NOT_SERVING)
                                    .build()
                                    .toByteString());
                }
            }
            case "ExecuteRequest" -> {
                if (result != null) {
                    answer(request, result.toByteString());
                }
            }
            case "Exchange" -> {
                if (streams) {
                    request.handler(batch -> answerBatch(request, batch));
                } else {
                    request.response().status(GrpcStatus.UNIMPLEMENTED).end();
                }
            }
            default -> request.response().status(GrpcStatus.UNIMPLEMENTED).end();
        }
    }

    private void answerBatch(GrpcServerRequest<Buffer, Buffer> request, Buffer encoded) {
        try {
            WorkerBatch.Builder batch = WorkerBatch.newBuilder();
            for (KernelMessage message :
                    KernelBatch.parseFrom(encoded.getBytes()).getMessagesList()) {
                if (result != null && message.hasRequestCall()) {
                    batch.addMessages(WorkerMessage.newBuilder()
                            .setCallId(message.getCallId())
                            .setRequestResult(result));
                }
            }
            if (batch.getMessagesCount() > 0) {
                request.response().write(Buffer.buffer(batch.build().toByteArray()));
            }
        } catch (InvalidProtocolBufferException malformed) {
            throw new IllegalStateException(malformed);
        }
    }

    private static void answer(GrpcServerRequest<Buffer, Buffer> request, ByteString message) {
        request.last().onSuccess(_ -> request.response().end(Buffer.buffer(message.toByteArray())));
    }
}
