package io.policyengine.worker.server;

import com.google.protobuf.ByteString;
import io.policyengine.core.chain.ChunkResult;
import io.policyengine.core.chain.TimedChunk;
import io.policyengine.core.error.Faults;
import io.policyengine.core.log.LogFields;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.core.policy.ExchangeEnd;
import io.policyengine.core.worker.ChunkStream;
import io.policyengine.protocol.CallBatch;
import io.policyengine.protocol.CallFault;
import io.policyengine.protocol.Deadlines;
import io.policyengine.protocol.MalformedCallException;
import io.policyengine.protocol.PhaseCodec;
import io.policyengine.protocol.ReceivedCall;
import io.policyengine.worker.LocalLink;
import io.policyengine.worker.server.AnswerBatches.Answer;
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
 * An {@code Exchange} stream of a kernel, which runs the calls of each batch. A call with a streamed body lasts until
 * its last chunk is answered. When the stream ends, exchanges whose end was not reported are aborted. Confined to one
 * event loop.
 */
final class ServerStream implements CallBatch.Receiver {
    private static final Logger LOG = LoggerFactory.getLogger(ServerStream.class);

    /** The chunk number in messages of a kernel that does not number chunks. */
    private static final long NOT_TOLD = 0;

    private final GrpcServerRequest<Buffer, Buffer> request;
    private final LocalLink link;
    private final LoopCalls calls;
    private final AnswerBatches answers;
    private final CallBytes bytes;
    private final Map<Long, ServedCall> underWay = new HashMap<>();
    /** The time at which the current batch arrived. */
    private long arrived;

    /** The deadlines of the messages of the current batch. */
    private Deadlines deadlines;

    private boolean noMoreCalls;
    private boolean over;

    ServerStream(GrpcServerRequest<Buffer, Buffer> request, LocalLink link, LoopCalls calls, Context context) {
        this.request = request;
        this.link = link;
        this.calls = calls;
        this.bytes = calls.bytes();
        this.deadlines = calls.deadlines();
        this.answers = new AnswerBatches(request.response(), bytes, context);
    }

    private static final class ServedCall {
        final Cancellation cancellation = new Cancellation();

        /** The number of bytes that the call occupies until the pending answer is sent. */
        int held;

        /** The stream that receives the chunks of the body after the call's result, or null. */
        @Nullable
        ChunkStream chunks;

        /** True if the kernel requests the times of entries. */
        boolean takesTimes;

        /** The bytes of the body that policies keep between chunks. */
        long kept;

        long chunksSoFar;

        /** True while an answer is pending. */
        boolean isRunning = true;

        /** The message of this call that waits for the event loop, or null. */
        @Nullable
        QueuedCall queued;
    }

    /** The work of a call or chunk. */
    @FunctionalInterface
    private interface Work {
        Future<Answer> begin() throws MalformedCallException;
    }

    /** A call or chunk of the stream that waits until the event loop can begin it. */
    private final class QueuedMessage extends QueuedCall {
        private final long id;
        private final ServedCall call;
        private final long deadline;
        private final Work work;

        QueuedMessage(long id, ServedCall call, long arrived, long deadline, Kind kind, Work work) {
            super(arrived, deadline, kind);
            this.id = id;
            this.call = call;
            this.deadline = deadline;
            this.work = work;
        }

        @Override
        void run() {
            call.queued = null;
            begin(id, call, deadline, work);
        }

        @Override
        void refuse(String why) {
            call.queued = null;
            call.isRunning = false;
            cancel(id);
            fail(id, CallFault.OVERLOADED, why);
            endWhenDone();
        }
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
        CallBatch batch;
        try {
            batch = CallBatch.decode(encoded);
        } catch (MalformedCallException malformed) {
            refuse(malformed);
            return;
        }
        answers.open();
        arrived = calls.ticker().nanoTime();
        deadlines = calls.deadlines().ofArrival(arrived);
        batch.deliver(deadlines, this);
    }

    @Override
    public void call(long id, PhaseCodec<?> phase, ByteString encoded) {
        if (underWay.containsKey(id)) {
            fail(id, CallFault.INVALID_CALL, "a call with this id is already running");
            return;
        }
        if (bytes.isFull(encoded.size())) {
            fail(id, CallFault.OVERLOADED, CallBytes.FULL);
            return;
        }
        ServedCall call = new ServedCall();
        underWay.put(id, call);
        Deadlines own = deadlines;
        long deadline = PhaseCodec.deadlineOf(encoded, own);
        queue(id, call, encoded.size(), deadline, QueuedCall.Kind.of(phase), () -> run(phase, encoded, own, call));
    }

    /** Queues a message. The bytes of the message are counted until the answer is complete. */
    private void queue(long id, ServedCall call, int size, long deadline, QueuedCall.Kind kind, Work work) {
        call.held = size;
        bytes.takeCall(size);
        QueuedMessage message = new QueuedMessage(id, call, arrived, deadline, kind, work);
        call.queued = message;
        calls.queue().add(message);
    }

    private void begin(long id, ServedCall call, long deadline, Work work) {
        try {
            await(id, call, deadline, work.begin());
        } catch (MalformedCallException malformed) {
            failUnbegun(id, call, CallFault.INVALID_CALL, String.valueOf(malformed.getMessage()));
        } catch (Throwable fault) {
            Faults.rethrowFatal(fault);
            LOG.atError().setCause(fault).log("a call failed unexpectedly: the kernel gets an internal error");
            failUnbegun(id, call, CallFault.INTERNAL, fault.getClass().getName());
        }
    }

    private void failUnbegun(long id, ServedCall call, CallFault fault, String message) {
        release(call);
        releaseKept(call);
        underWay.remove(id);
        call.cancellation.cancel();
        fail(id, fault, message);
        endWhenDone();
    }

    private <O> Future<Answer> run(PhaseCodec<O> phase, ByteString encoded, Deadlines own, ServedCall served)
            throws MalformedCallException {
        ReceivedCall<O> received = phase.decode(encoded, own, served.cancellation);
        if (!received.streamsBody()) {
            return link.execute(received.call())
                    .map(result -> (id, batch) -> batch.result(id, phase, phase.known(received, result), false));
        }
        return link.open(received.call()).map(open -> {
            served.chunks = open.chunks();
            served.takesTimes = received.takesTimes();
            return (id, batch) -> batch.result(id, phase, phase.known(received, open.result()), open.chunks() != null);
        });
    }

    @Override
    public void exchangeEnded(ExchangeEnd end) {
        link.exchangeEnded(end);
    }

    @Override
    public void chunk(long id, long number, TimedChunk chunk, long fullUntil) {
        ServedCall call = underWay.get(id);
        ChunkStream chunks = call == null ? null : call.chunks;
        if (call == null) {
            refuseChunk(id, "no call with this id accepts chunks");
            return;
        }
        if (chunks == null || call.isRunning) {
            refuseChunk(id, "a chunk arrived before the answer to the previous message");
            return;
        }
        call.chunksSoFar++;
        if (number != NOT_TOLD && number != call.chunksSoFar) {
            refuseChunk(id, "chunk " + number + " arrived instead of chunk " + call.chunksSoFar);
            return;
        }
        int size = chunk.data().length();
        if (bytes.isFull(size)) {
            cancel(id);
            fail(id, CallFault.OVERLOADED, CallBytes.FULL);
            return;
        }
        call.isRunning = true;
        long deadline = chunk.deadlineNanos();
        queue(
                id,
                call,
                size,
                deadline,
                QueuedCall.Kind.CHUNK,
                () -> chunks.send(begun(chunk, fullUntil)).map(result -> {
                    if (result.last()) {
                        call.chunks = null;
                    }
                    ChunkResult wanted = call.takesTimes ? result : result.with(List.of());
                    return (callId, batch) -> batch.chunkResult(callId, number, wanted);
                }));
    }

    /** Returns the chunk that begins now, cut short if it lost too much time in sockets and queue. */
    private TimedChunk begun(TimedChunk chunk, long fullUntil) {
        return calls.ticker().nanoTime() - fullUntil > 0 ? chunk.cutShort() : chunk;
    }

    private void refuseChunk(long id, String why) {
        cancel(id);
        fail(id, CallFault.INVALID_CALL, why);
    }

    /** Sends the answer once it is complete. */
    private void await(long id, ServedCall call, long deadline, Future<Answer> answer) {
        answer.onComplete((_, _) -> {
            // A call that was cancelled is not answered.
            if (call.equals(underWay.get(id))) {
                if (deadline - calls.ticker().nanoTime() < 0) {
                    calls.meters().wasted();
                }
                settle(id, call, answer);
                endWhenDone();
            }
        });
    }

    private void settle(long id, ServedCall call, Future<Answer> answered) {
        release(call);
        Answer answer = answered.result();
        if (answer == null) {
            Throwable cause = answered.cause();
            fail(id, CallFault.of(cause), cause == null ? "" : String.valueOf(cause.getMessage()));
            call.chunks = null;
            releaseKept(call);
        } else {
            send(id, call, answer);
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

    /** Sends the answer, or a failure if policies keep too many bytes of bodies. */
    private void send(long id, ServedCall call, Answer answer) {
        ChunkStream chunks = call.chunks;
        long more = (chunks == null ? 0 : chunks.heldBytes()) - call.kept;
        if (more != 0) {
            call.kept += more;
            bytes.keep(more);
        }
        if (chunks != null && more > 0 && bytes.isFullOfKept()) {
            fail(id, CallFault.ABORTED_BY_OVERLOAD, CallBytes.FULL_OF_KEPT);
            chunks.close();
            call.chunks = null;
            releaseKept(call);
        } else {
            answers.add(id, answer);
        }
    }

    private void fail(long id, CallFault fault, String message) {
        answers.add(id, (callId, batch) -> batch.failure(callId, fault, message));
    }

    @Override
    public void cancel(long id) {
        ServedCall cancelled = underWay.remove(id);
        if (cancelled == null) {
            return;
        }
        QueuedCall waiting = cancelled.queued;
        if (waiting != null && calls.queue().cancel(waiting)) {
            cancelled.queued = null;
        } else if (cancelled.isRunning) {
            calls.meters().wasted();
        }
        release(cancelled);
        releaseKept(cancelled);
        cancelled.cancellation.cancel();
    }

    private void release(ServedCall call) {
        bytes.giveCall(call.held);
        call.held = 0;
    }

    private void releaseKept(ServedCall call) {
        if (call.kept > 0) {
            bytes.keep(-call.kept);
            call.kept = 0;
        }
    }

    /** Ends the calls that wait for a chunk, because no more chunks can arrive. */
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
        LOG.atWarn()
                .addKeyValue(LogFields.REASON, malformed.getMessage())
                .log("a kernel sent a malformed batch: its stream ends, and the calls on it are cancelled");
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
