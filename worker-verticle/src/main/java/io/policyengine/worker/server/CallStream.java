package io.policyengine.worker.server;

import com.google.protobuf.ByteString;
import io.policyengine.core.chain.SegmentResult;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.core.worker.WorkerException;
import io.policyengine.proto.worker.v1.CallFailure;
import io.policyengine.proto.worker.v1.KernelBatch;
import io.policyengine.proto.worker.v1.KernelMessage;
import io.policyengine.proto.worker.v1.RequestCall;
import io.policyengine.proto.worker.v1.ResponseCall;
import io.policyengine.proto.worker.v1.WorkerBatch;
import io.policyengine.proto.worker.v1.WorkerMessage;
import io.policyengine.worker.LocalLink;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.grpc.common.GrpcStatus;
import io.vertx.grpc.server.GrpcServerRequest;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One {@code Exchange} stream of a kernel. Calls of a batch run; answers that arise in one turn of the event loop leave in one
 * batch. Confined to its event loop.
 */
final class CallStream {
    private static final Logger LOG = LoggerFactory.getLogger(CallStream.class);

    /** Bytes of answers after which a batch is full. */
    private static final int BATCH_BYTES = 1 << 20;

    private final GrpcServerRequest<Buffer, Buffer> request;
    private final LocalLink link;
    private final CallDecoder decoder;
    private final Context context;
    private final Map<Long, Cancellation> underWay = new HashMap<>();
    private WorkerBatch.Builder answers = WorkerBatch.newBuilder();
    private int answersBytes;
    private boolean inBatch;
    private boolean flushScheduled;
    private boolean opened;
    private boolean noMoreCalls;
    private boolean over;
    private Future<Void> lastWrite = Future.succeededFuture();

    CallStream(GrpcServerRequest<Buffer, Buffer> request, LocalLink link, CallDecoder decoder, Context context) {
        this.request = request;
        this.link = link;
        this.decoder = decoder;
        this.context = context;
    }

    void start() {
        request.handler(this::onBatch);
        request.endHandler(_ -> {
            noMoreCalls = true;
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
        inBatch = true;
        try {
            for (KernelMessage message : batch.getMessagesList()) {
                onMessage(message);
            }
        } finally {
            inBatch = false;
        }
        flush();
    }

    private void onMessage(KernelMessage message) {
        long id = message.getCallId();
        switch (message.getMessageCase()) {
            case REQUEST_CALL -> begin(id, message.getRequestCall(), this::executeRequest);
            case RESPONSE_CALL -> begin(id, message.getResponseCall(), this::executeResponse);
            case CANCEL -> {
                Cancellation cancelled = underWay.remove(id);
                if (cancelled != null) {
                    cancelled.cancel();
                }
            }
            case BODY_CHUNK -> fail(id, CallFailure.Code.CODE_INVALID_CALL, "this worker does not stream bodies");
            // The end of an exchange is not answered; a message of a newer kernel is ignored.
            case EXCHANGE_END, MESSAGE_NOT_SET -> {}
        }
    }

    /** Runs one call, of either phase. */
    @FunctionalInterface
    private interface Execution {
        Future<Answer> execute(ByteString call, Cancellation cancellation) throws MalformedCallException;
    }

    /** Writes a result into a message. */
    @FunctionalInterface
    private interface Answer {
        void into(WorkerMessage.Builder message);
    }

    private Future<Answer> executeRequest(ByteString encoded, Cancellation cancellation) throws MalformedCallException {
        RequestCall call = CallDecoder.parse(RequestCall.parser(), encoded);
        return answer(
                link.execute(decoder.request(call, cancellation)),
                result -> message -> message.setRequestResult(ResultEncoder.request(result)));
    }

    private Future<Answer> executeResponse(ByteString encoded, Cancellation cancellation)
            throws MalformedCallException {
        ResponseCall call = CallDecoder.parse(ResponseCall.parser(), encoded);
        return answer(
                link.execute(decoder.response(call, cancellation)),
                result -> message -> message.setResponseResult(ResultEncoder.response(result)));
    }

    private static <O> Future<Answer> answer(
            Future<SegmentResult<O>> result, Function<SegmentResult<O>, Answer> answer) {
        return result.map(answer);
    }

    private void begin(long id, ByteString encoded, Execution execution) {
        if (underWay.containsKey(id)) {
            fail(id, CallFailure.Code.CODE_INVALID_CALL, "a call with this id is under way");
            return;
        }
        Cancellation cancellation = new Cancellation();
        try {
            Future<Answer> answer = execution.execute(encoded, cancellation);
            if (answer.isComplete()) {
                settle(id, answer);
            } else {
                underWay.put(id, cancellation);
                answer.onComplete((_, _) -> {
                    // A call that was cancelled is not answered.
                    if (underWay.remove(id, cancellation)) {
                        settle(id, answer);
                        endWhenDone();
                    }
                });
            }
        } catch (MalformedCallException malformed) {
            fail(id, CallFailure.Code.CODE_INVALID_CALL, String.valueOf(malformed.getMessage()));
        } catch (RuntimeException fault) {
            LOG.atError().setCause(fault).log("a call could not be run");
            fail(id, CallFailure.Code.CODE_INTERNAL, fault.getClass().getName());
        }
    }

    private void settle(long id, Future<Answer> answered) {
        Answer answer = answered.result();
        if (answer != null) {
            WorkerMessage.Builder message = WorkerMessage.newBuilder().setCallId(id);
            answer.into(message);
            add(message.build());
        } else {
            Throwable cause = answered.cause();
            fail(id, codeOf(cause), cause == null ? "" : String.valueOf(cause.getMessage()));
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
            case UNREACHABLE, CONNECTION_LOST, INVALID_ANSWER, INTERNAL -> CallFailure.Code.CODE_INTERNAL;
        };
    }

    private void fail(long id, CallFailure.Code code, String message) {
        add(WorkerMessage.newBuilder()
                .setCallId(id)
                .setCallFailure(CallFailure.newBuilder().setCode(code).setMessage(message))
                .build());
    }

    private void add(WorkerMessage answer) {
        int size = answer.getSerializedSize();
        if (answersBytes > 0 && answersBytes + size > BATCH_BYTES) {
            write();
        }
        answers.addMessages(answer);
        answersBytes += size;
        if (!inBatch && !flushScheduled) {
            flushScheduled = true;
            context.runOnContext(_ -> {
                flushScheduled = false;
                flush();
            });
        }
    }

    private void flush() {
        // The first answer goes out even if it is empty: it tells the kernel that the stream is served.
        if (!opened || answers.getMessagesCount() > 0) {
            opened = true;
            write();
        }
    }

    private void write() {
        WorkerBatch batch = answers.build();
        answers = WorkerBatch.newBuilder();
        answersBytes = 0;
        if (!over) {
            lastWrite = request.response().write(WorkerService.buffer(batch));
        }
    }

    private void endWhenDone() {
        if (noMoreCalls && underWay.isEmpty() && !over) {
            flush();
            // Vert.x fails on an end while a write is queued and the stream is reset meanwhile.
            lastWrite.onComplete(_ -> {
                if (!over) {
                    over = true;
                    request.response().end();
                }
            });
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
        Map<Long, Cancellation> abandoned = new HashMap<>(underWay);
        underWay.clear();
        abandoned.values().forEach(Cancellation::cancel);
    }
}
