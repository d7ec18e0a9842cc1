package io.policyengine.testkit.worker;

import com.google.protobuf.InvalidProtocolBufferException;
import io.policyengine.proto.worker.v1.BodyChunk;
import io.policyengine.proto.worker.v1.CallFailure;
import io.policyengine.proto.worker.v1.ChunkResult;
import io.policyengine.proto.worker.v1.HealthCheckRequest;
import io.policyengine.proto.worker.v1.HealthCheckResponse;
import io.policyengine.proto.worker.v1.KernelBatch;
import io.policyengine.proto.worker.v1.KernelMessage;
import io.policyengine.proto.worker.v1.PolicyWorkerGrpcService;
import io.policyengine.proto.worker.v1.ReleaseChainsResponse;
import io.policyengine.proto.worker.v1.RequestCall;
import io.policyengine.proto.worker.v1.RequestResult;
import io.policyengine.proto.worker.v1.ResponseCall;
import io.policyengine.proto.worker.v1.ResponseResult;
import io.policyengine.proto.worker.v1.TrailersCall;
import io.policyengine.proto.worker.v1.TrailersResult;
import io.policyengine.proto.worker.v1.WorkerBatch;
import io.policyengine.proto.worker.v1.WorkerMessage;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.grpc.common.GrpcStatus;
import io.vertx.grpc.common.ServiceMethod;
import io.vertx.grpc.server.GrpcServer;
import io.vertx.grpc.server.GrpcServerRequest;
import io.vertx.grpc.server.GrpcServerResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Implements the methods of the gRPC service PolicyWorker. A {@link WorkerScript} supplies the answers. */
final class WorkerEndpoints {
    private final WorkerScript script;
    private final Recording recording;

    WorkerEndpoints(WorkerScript script, Recording recording) {
        this.script = script;
        this.recording = recording;
    }

    void bind(GrpcServer server) {
        unary(server, PolicyWorkerGrpcService.GetWorkerConfig, request -> {
            recording.add(request);
            return Reply.result(script.config);
        });
        unary(server, PolicyWorkerGrpcService.HealthCheck, this::health);
        unary(server, PolicyWorkerGrpcService.PrepareChains, request -> {
            script.remember(request);
            recording.add(request);
            return script.prepare.apply(request).map(Reply.Result::new);
        });
        unary(server, PolicyWorkerGrpcService.ReleaseChains, request -> {
            script.forget(request.getIdsList());
            recording.add(request);
            return Reply.result(ReleaseChainsResponse.getDefaultInstance());
        });
        unary(server, PolicyWorkerGrpcService.ExecuteRequest, call -> {
            recording.add(call);
            return script.request.apply(call);
        });
        unary(server, PolicyWorkerGrpcService.ExecuteResponse, call -> {
            recording.add(call);
            return script.response.apply(call);
        });
        unary(server, PolicyWorkerGrpcService.ExecuteTrailers, call -> {
            recording.add(call);
            return script.trailers.apply(call);
        });
        server.callHandler(PolicyWorkerGrpcService.Exchange, this::exchange);
    }

    private Future<Reply<HealthCheckResponse>> health(HealthCheckRequest request) {
        recording.addHealthCheck();
        return Reply.result(script.health);
    }

    private static <Q, R> void unary(
            GrpcServer server, ServiceMethod<Q, R> method, Function<Q, Future<Reply<R>>> answer) {
        server.callHandler(method, call -> {
            Lifeline lifeline = new Lifeline(call);
            call.handler(request -> answer.apply(request)
                    .onSuccess(reply -> lifeline.run(() -> end(call.response(), reply)))
                    .onFailure(cause -> lifeline.run(
                            () -> fail(call.response(), GrpcStatus.INTERNAL, String.valueOf(cause.getMessage())))));
        });
    }

    private static <R> void end(GrpcServerResponse<?, R> response, Reply<R> reply) {
        switch (reply) {
            case Reply.Result<R>(R result) -> response.end(result);
            case Reply.Failure<R>(CallFailure failure) -> fail(response, status(failure), failure.getMessage());
        }
    }

    private static void fail(GrpcServerResponse<?, ?> response, GrpcStatus status, String message) {
        response.status(status).statusMessage(message);
        response.end();
    }

    private static GrpcStatus status(CallFailure failure) {
        return switch (failure.getCode()) {
            case CODE_INVALID_CALL -> GrpcStatus.INVALID_ARGUMENT;
            case CODE_UNKNOWN_CHAIN -> GrpcStatus.NOT_FOUND;
            case CODE_OVERLOADED -> GrpcStatus.RESOURCE_EXHAUSTED;
            case CODE_ABORTED_BY_OVERLOAD -> GrpcStatus.ABORTED;
            case CODE_DEADLINE_EXCEEDED -> GrpcStatus.DEADLINE_EXCEEDED;
            case CODE_INTERNAL, CODE_UNSPECIFIED, UNRECOGNIZED -> GrpcStatus.INTERNAL;
        };
    }

    private void exchange(GrpcServerRequest<KernelBatch, WorkerBatch> call) {
        Lifeline lifeline = new Lifeline(call);
        if (script.unaryOnly) {
            fail(call.response(), GrpcStatus.UNIMPLEMENTED, "no batches here");
            return;
        }
        call.response().writeHead();
        if (!script.reads) {
            call.pause();
            return;
        }
        call.handler(batch -> {
            recording.add(batch);
            List<WorkerMessage> ready = new ArrayList<>();
            for (KernelMessage message : batch.getMessagesList()) {
                Future<WorkerMessage> answer = answer(message);
                if (answer.succeeded()) {
                    ready.add(answer.result());
                } else {
                    answer.onSuccess(late -> lifeline.run(() -> call.response().write(batch(List.of(late)))));
                }
            }
            if (!ready.isEmpty()) {
                call.response().write(batch(ready));
            }
        });
        call.endHandler(v -> lifeline.run(() -> call.response().end()));
    }

    private WorkerBatch batch(List<WorkerMessage> messages) {
        return WorkerBatch.newBuilder()
                .addAllMessages(script.answers.apply(messages))
                .build();
    }

    /** Answers a message; the future never completes if the message needs no answer. */
    private Future<WorkerMessage> answer(KernelMessage message) {
        WorkerMessage.Builder answer = WorkerMessage.newBuilder().setCallId(message.getCallId());
        return switch (message.getMessageCase()) {
            case REQUEST_CALL -> requestCall(message, answer);
            case RESPONSE_CALL -> responseCall(message, answer);
            case TRAILERS_CALL -> trailersCall(message, answer);
            case BODY_CHUNK -> bodyChunk(message.getBodyChunk(), answer);
            case CANCEL -> {
                recording.addCancel(message.getCallId());
                yield unanswered();
            }
            case EXCHANGE_END -> {
                recording.add(message.getExchangeEnd());
                yield unanswered();
            }
            case MESSAGE_NOT_SET -> unanswered();
        };
    }

    private Future<WorkerMessage> requestCall(KernelMessage message, WorkerMessage.Builder answer) {
        RequestCall call;
        try {
            call = RequestCall.parseFrom(message.getRequestCall());
        } catch (InvalidProtocolBufferException e) {
            return invalid(answer, "the call does not decode");
        }
        recording.add(call);
        return script.request.apply(call).map(reply -> switch (reply) {
            case Reply.Result<RequestResult>(RequestResult result) ->
                answer.setRequestResult(result).build();
            case Reply.Failure<RequestResult>(CallFailure failure) ->
                answer.setCallFailure(failure).build();
        });
    }

    private Future<WorkerMessage> responseCall(KernelMessage message, WorkerMessage.Builder answer) {
        ResponseCall call;
        try {
            call = ResponseCall.parseFrom(message.getResponseCall());
        } catch (InvalidProtocolBufferException e) {
            return invalid(answer, "the call does not decode");
        }
        recording.add(call);
        return script.response.apply(call).map(reply -> switch (reply) {
            case Reply.Result<ResponseResult>(ResponseResult result) ->
                answer.setResponseResult(result).build();
            case Reply.Failure<ResponseResult>(CallFailure failure) ->
                answer.setCallFailure(failure).build();
        });
    }

    private Future<WorkerMessage> trailersCall(KernelMessage message, WorkerMessage.Builder answer) {
        TrailersCall call;
        try {
            call = TrailersCall.parseFrom(message.getTrailersCall());
        } catch (InvalidProtocolBufferException e) {
            return invalid(answer, "the call does not decode");
        }
        recording.add(call);
        return script.trailers.apply(call).map(reply -> switch (reply) {
            case Reply.Result<TrailersResult>(TrailersResult result) ->
                answer.setTrailersResult(result).build();
            case Reply.Failure<TrailersResult>(CallFailure failure) ->
                answer.setCallFailure(failure).build();
        });
    }

    private Future<WorkerMessage> bodyChunk(BodyChunk chunk, WorkerMessage.Builder answer) {
        recording.add(chunk);
        Function<BodyChunk, Future<Reply<ChunkResult>>> scripted = script.chunk;
        if (scripted == null) {
            return invalid(answer, "no chunk was requested");
        }
        return scripted.apply(chunk).map(reply -> switch (reply) {
            case Reply.Result<ChunkResult>(ChunkResult result) ->
                answer.setChunkResult(numbered(result, chunk)).build();
            case Reply.Failure<ChunkResult>(CallFailure failure) ->
                answer.setCallFailure(failure).build();
        });
    }

    /** Sets the chunk's number in its result, unless the script has set a number. */
    private static ChunkResult numbered(ChunkResult result, BodyChunk chunk) {
        return result.getNumber() == 0
                ? result.toBuilder().setNumber(chunk.getNumber()).build()
                : result;
    }

    private static Future<WorkerMessage> invalid(WorkerMessage.Builder answer, String why) {
        return Future.succeededFuture(answer.setCallFailure(CallFailure.newBuilder()
                        .setCode(CallFailure.Code.CODE_INVALID_CALL)
                        .setMessage(why))
                .build());
    }

    private static Future<WorkerMessage> unanswered() {
        return Promise.<WorkerMessage>promise().future();
    }
}
