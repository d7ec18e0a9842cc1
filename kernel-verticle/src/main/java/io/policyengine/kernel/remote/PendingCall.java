package io.policyengine.kernel.remote;

import com.google.protobuf.ByteString;
import io.policyengine.core.chain.SegmentResult;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.core.time.DeadlineWheel;
import io.policyengine.core.worker.SegmentCall;
import io.policyengine.core.worker.WorkerException;
import io.policyengine.core.worker.WorkerException.Kind;
import io.policyengine.protocol.AnswerBatch;
import io.policyengine.protocol.CallBatch;
import io.policyengine.protocol.PhaseCodec;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/** A worker call that waits for a single answer. Confined to its event loop. */
final class PendingCall<O> extends CarriedCall {
    private final PhaseCodec<O> phase;
    private final int expected;
    private final Promise<SegmentResult<O>> promise;
    private final Runnable ended;
    private @Nullable ByteString encoded;
    private DeadlineWheel.@Nullable Deadline deadline;
    private @Nullable ClientStream<PendingCall<?>> stream;
    private @Nullable UnaryCall unary;
    private Cancellation.@Nullable Listening listening;
    private boolean over;

    /**
     * Creates a call that is not sent yet.
     *
     * @param ended called once when the call is over
     */
    PendingCall(long id, SegmentCall<O> call, ByteString encoded, Promise<SegmentResult<O>> promise, Runnable ended) {
        super(id, call);
        this.phase = PhaseCodec.of(call);
        this.expected = call.endEntry() - call.firstEntry();
        this.encoded = encoded;
        this.promise = promise;
        this.ended = ended;
    }

    @Override
    boolean isOver() {
        return over;
    }

    Future<SegmentResult<O>> future() {
        return promise.future();
    }

    void endsAt(DeadlineWheel.Deadline set) {
        deadline = set;
    }

    void listens(Cancellation.Listening toCancellation) {
        listening = toCancellation;
    }

    @Override
    void putInto(CallBatch.Writer batch) {
        if (encoded != null) {
            batch.call(id(), phase, encoded);
        }
    }

    void sendOn(ClientStream<PendingCall<?>> carrier) {
        stream = carrier;
        carrier.send(this);
    }

    @Override
    void forgetEncoded() {
        encoded = null;
    }

    void sendUnary(SocketClient client, CallScope scope) {
        ByteString message = encoded;
        if (over || message == null) {
            return;
        }
        stream = null;
        encoded = null;
        UnaryCall call = UnaryCall.send(
                client,
                phase.method(),
                Buffer.buffer(message.toByteArray()),
                sent -> scope.unsent().add(message.size(), sent, scope));
        unary = call;
        call.answer().onComplete((answer, failure) -> {
            if (failure != null) {
                failWith(failure);
            } else {
                try {
                    complete(phase.decodeUnary(answer, expected));
                } catch (WorkerException invalid) {
                    fail(invalid);
                }
            }
        });
    }

    @Override
    void answered(AnswerBatch answer) {
        try {
            WorkerException failure = answer.failure();
            if (failure == null) {
                complete(answer.result(phase, expected));
            } else {
                fail(failure);
            }
        } catch (WorkerException invalid) {
            fail(invalid);
        }
    }

    /** Abandons the call because its answer is no longer needed, and reports this to the worker. */
    void giveUp(String why) {
        if (over) {
            return;
        }
        WorkerException reason = new WorkerException(Kind.TIMEOUT, why);
        if (stream != null) {
            stream.cancel(this);
        }
        if (unary != null) {
            unary.cancel(reason);
        }
        fail(reason);
    }

    @Override
    void fail(WorkerException reason) {
        failWith(reason);
    }

    private void failWith(Throwable reason) {
        if (end()) {
            promise.fail(reason);
        }
    }

    private void complete(SegmentResult<O> result) {
        if (end()) {
            promise.complete(result);
        }
    }

    private boolean end() {
        if (over) {
            return false;
        }
        over = true;
        encoded = null;
        if (deadline != null) {
            deadline.cancel();
        }
        if (listening != null) {
            listening.end();
        }
        ended.run();
        return true;
    }
}
