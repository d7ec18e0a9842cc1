package io.policyengine.worker.server;

import com.google.protobuf.ByteString;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.core.worker.ChunkStream;
import io.policyengine.core.worker.WorkerException;
import io.policyengine.proto.worker.v1.BodyChunk;
import io.policyengine.proto.worker.v1.CallFailure;
import io.policyengine.proto.worker.v1.KernelBatch;
import io.policyengine.proto.worker.v1.KernelMessage;
import io.policyengine.proto.worker.v1.RequestCall;
import io.policyengine.proto.worker.v1.ResponseCall;
import io.policyengine.proto.worker.v1.WorkerMessage;
import io.policyengine.worker.LocalLink;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.grpc.common.GrpcStatus;
import io.vertx.grpc.server.GrpcServerRequest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One {@code Exchange} stream of a kernel. Calls of a batch run; a call whose body streams stays under way until the last piece is
 * answered. Exchanges whose end it has not told when it ends are aborted. Confined to its event loop.
 */
final class CallStream {
    private static final Logger LOG = LoggerFactory.getLogger(CallStream.class);

    private final GrpcServerRequest<Buffer, Buffer> request;
    private final LocalLink link;
    private final CallDecoder decoder;
    private final AnswerBatches answers;
    private final Map<Long, ServedCall> underWay = new HashMap<>();
    private boolean noMoreCalls;
    private boolean over;

    CallStream(GrpcServerRequest<Buffer, Buffer> request, LocalLink link, CallDecoder decoder, Context context) {
        this.request = request;
        this.link = link;
        this.decoder = decoder;
        this.answers = new AnswerBatches(request.response(), context);
    }

    /** A call under way. */
    private static final class ServedCall {
        final Cancellation cancellation = new Cancellation();

        /** Takes the body, once the call's result has been sent. */
        @Nullable
        ChunkStream chunks;

        /** Whether an answer is owed. */
        boolean isRunning = true;
    }

    void start() {
        request.handler(this::onBatch);
        request.endHandler(_ -> {
            noMoreCalls = true;
            endIdle();
            endWhenDone();
        });
        request.errorHandler(_ -> abandon());
        request.exceptionHandler(_ -> abandon());
    }

    private void onBatch(Buffer encoded) {
        if (over) {
            return;
        }
        KernelBatch batch;
        try {
            batch = CallDecoder.parse(KernelBatch.parser(), WorkerService.bytes(encoded));
        } catch (MalformedCallException malformed) {
            refuse(malformed);
            return;
        }
        answers.collect();
        try {
            for (KernelMessage message : batch.getMessagesList()) {
                onMessage(message);
            }
        } finally {
            answers.release();
        }
    }

    private void onMessage(KernelMessage message) {
        long id = message.getCallId();
        switch (message.getMessageCase()) {
            case REQUEST_CALL -> begin(id, message.getRequestCall(), this::runRequest);
            case RESPONSE_CALL -> begin(id, message.getResponseCall(), this::runResponse);
            case BODY_CHUNK -> onChunk(id, message.getBodyChunk());
            case CANCEL -> cancel(id);
            case EXCHANGE_END -> link.exchangeEnded(CallDecoder.end(message.getExchangeEnd()));
            // A message of a newer kernel.
            case MESSAGE_NOT_SET -> {}
        }
    }

    /** Runs one call, of either phase. */
    @FunctionalInterface
    private interface Execution {
        Future<Answer> execute(ByteString encoded, ServedCall call) throws MalformedCallException;
    }

    /** Writes a result into a message. */
    @FunctionalInterface
    private interface Answer {
        void into(WorkerMessage.Builder message);
    }

    private Future<Answer> runRequest(ByteString encoded, ServedCall served) throws MalformedCallException {
        RequestCall call = CallDecoder.parse(RequestCall.parser(), encoded);
        var decoded = decoder.request(call, served.cancellation);
        if (!call.getContext().getStreamsBody()) {
            return link.execute(decoded)
                    .map(result -> message -> message.setRequestResult(ResultEncoder.request(result)));
        }
        return link.open(decoded).map(open -> {
            served.chunks = open.chunks();
            return message -> message.setRequestResult(
                    ResultEncoder.request(open.result()).toBuilder().setTakesChunks(open.chunks() != null));
        });
    }

    private Future<Answer> runResponse(ByteString encoded, ServedCall served) throws MalformedCallException {
        ResponseCall call = CallDecoder.parse(ResponseCall.parser(), encoded);
        var decoded = decoder.response(call, served.cancellation);
        if (!call.getContext().getStreamsBody()) {
            return link.execute(decoded)
                    .map(result -> message -> message.setResponseResult(ResultEncoder.response(result)));
        }
        return link.open(decoded).map(open -> {
            served.chunks = open.chunks();
            return message -> message.setResponseResult(
                    ResultEncoder.response(open.result()).toBuilder().setTakesChunks(open.chunks() != null));
        });
    }

    private void onChunk(long id, BodyChunk chunk) {
        ServedCall call = underWay.get(id);
        ChunkStream chunks = call == null ? null : call.chunks;
        if (call == null || chunks == null || call.isRunning) {
            cancel(id);
            fail(
                    id,
                    CallFailure.Code.CODE_INVALID_CALL,
                    call == null
                            ? "no call with this id takes chunks"
                            : "a chunk came before the answer to what was sent before it");
            return;
        }
        call.isRunning = true;
        await(
                id,
                call,
                chunks.send(
                                CallDecoder.buffer(chunk.getData()),
                                chunk.getEndOfStream(),
                                decoder.deadlineOf(chunk.getDeadlineMs()))
                        .map(result -> {
                            if (result.last()) {
                                call.chunks = null;
                            }
                            return message -> message.setChunkResult(ResultEncoder.chunk(result));
                        }));
    }

    private void begin(long id, ByteString encoded, Execution execution) {
        if (underWay.containsKey(id)) {
            fail(id, CallFailure.Code.CODE_INVALID_CALL, "a call with this id is under way");
            return;
        }
        ServedCall call = new ServedCall();
        try {
            await(id, call, execution.execute(encoded, call));
        } catch (MalformedCallException malformed) {
            fail(id, CallFailure.Code.CODE_INVALID_CALL, String.valueOf(malformed.getMessage()));
        } catch (RuntimeException fault) {
            LOG.atError().setCause(fault).log("a call could not be run");
            fail(id, CallFailure.Code.CODE_INTERNAL, fault.getClass().getName());
        }
    }

    private void await(long id, ServedCall call, Future<Answer> answer) {
        if (answer.isComplete()) {
            settle(id, call, answer);
            return;
        }
        underWay.put(id, call);
        answer.onComplete((_, _) -> {
            // A call that was cancelled is not answered.
            if (call.equals(underWay.get(id))) {
                settle(id, call, answer);
                endWhenDone();
            }
        });
    }

    private void settle(long id, ServedCall call, Future<Answer> answered) {
        Answer answer = answered.result();
        if (answer == null) {
            Throwable cause = answered.cause();
            fail(id, codeOf(cause), cause == null ? "" : String.valueOf(cause.getMessage()));
            call.chunks = null;
        } else {
            WorkerMessage.Builder message = WorkerMessage.newBuilder().setCallId(id);
            answer.into(message);
            answers.add(message.build());
        }
        call.isRunning = false;
        if (call.chunks == null) {
            underWay.remove(id);
        } else if (noMoreCalls) {
            cancel(id);
        } else {
            underWay.put(id, call);
        }
    }

    private static CallFailure.Code codeOf(@Nullable Throwable cause) {
        if (!(cause instanceof WorkerException failure)) {
            return CallFailure.Code.CODE_INTERNAL;
        }
        return switch (failure.kind()) {
            case OVERLOADED -> CallFailure.Code.CODE_OVERLOADED;
            case UNKNOWN_CHAIN -> CallFailure.Code.CODE_UNKNOWN_CHAIN;
            case TIMEOUT -> CallFailure.Code.CODE_DEADLINE_EXCEEDED;
            case UNREACHABLE, CONNECTION_LOST, INVALID_ANSWER, INCOMPATIBLE, INTERNAL -> CallFailure.Code.CODE_INTERNAL;
        };
    }

    private void fail(long id, CallFailure.Code code, String message) {
        answers.add(WorkerMessage.newBuilder()
                .setCallId(id)
                .setCallFailure(CallFailure.newBuilder().setCode(code).setMessage(message))
                .build());
    }

    private void cancel(long id) {
        ServedCall cancelled = underWay.remove(id);
        if (cancelled != null) {
            cancelled.cancellation.cancel();
        }
    }

    /** No piece can come any more to the calls that wait for one. */
    private void endIdle() {
        List<Long> idle = new ArrayList<>();
        underWay.forEach((id, call) -> {
            if (!call.isRunning) {
                idle.add(id);
            }
        });
        idle.forEach(this::cancel);
    }

    private void endWhenDone() {
        if (noMoreCalls && underWay.isEmpty() && !over) {
            answers.end();
            link.close();
        }
    }

    private void refuse(MalformedCallException malformed) {
        LOG.atWarn().addKeyValue("reason", malformed.getMessage()).log("a kernel sent a batch that is none");
        request.response().status(GrpcStatus.INVALID_ARGUMENT).statusMessage(malformed.getMessage());
        request.response().end();
        abandon();
    }

    private void abandon() {
        over = true;
        answers.abandon();
        List.copyOf(underWay.keySet()).forEach(this::cancel);
        link.close();
    }
}
