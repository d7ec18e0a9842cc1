package io.policyengine.kernel.remote;

import com.google.protobuf.ByteString;
import io.policyengine.core.chain.SegmentResult;
import io.policyengine.core.time.DeadlineWheel;
import io.policyengine.core.worker.WorkerException;
import io.policyengine.core.worker.WorkerException.Kind;
import io.policyengine.protocol.AnswerBatch;
import io.policyengine.protocol.CallBatch;
import io.policyengine.protocol.WorkerMethod;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/** A call that waits for its answer. Confined to its event loop. */
final class PendingCall<O> implements CarriedCall {
    /** What differs between the phases. */
    interface Form<O> {
        /** The unary method. */
        WorkerMethod method();

        /** Puts an encoded call into a batch. */
        void put(CallBatch.Writer batch, long id, ByteString call);

        /** The result in an answer of the stream, or null if the answer is of another kind. */
        @Nullable
        SegmentResult<O> read(AnswerBatch answer, int expected);

        /** Whether a policy may answer the client. */
        boolean mayDeny();

        /** The result that a unary call answered with. */
        SegmentResult<O> read(Buffer answer, int expected);
    }

    private final long id;
    private final Form<O> form;
    private final int expected;
    private final long awaitsEndOf;
    private final Promise<SegmentResult<O>> promise;
    private final Runnable ended;
    private @Nullable ByteString encoded;
    private DeadlineWheel.@Nullable Deadline deadline;
    private @Nullable ClientStream<PendingCall<?>> stream;
    private @Nullable UnaryCall unary;
    private boolean over;

    /**
     * A call that is to be sent.
     *
     * @param expected entries that are to run
     * @param awaitsEndOf see {@link CarriedCall#awaitsEndOf}
     * @param ended called once when the call is over
     */
    PendingCall(
            long id,
            Form<O> form,
            int expected,
            long awaitsEndOf,
            ByteString encoded,
            Promise<SegmentResult<O>> promise,
            Runnable ended) {
        this.id = id;
        this.form = form;
        this.expected = expected;
        this.awaitsEndOf = awaitsEndOf;
        this.encoded = encoded;
        this.promise = promise;
        this.ended = ended;
    }

    @Override
    public long id() {
        return id;
    }

    @Override
    public long awaitsEndOf() {
        return awaitsEndOf;
    }

    @Override
    public boolean isOver() {
        return over;
    }

    Future<SegmentResult<O>> future() {
        return promise.future();
    }

    void endsAt(DeadlineWheel.Deadline set) {
        deadline = set;
    }

    @Override
    public void putInto(CallBatch.Writer batch) {
        if (encoded != null) {
            form.put(batch, id, encoded);
        }
    }

    /** Sends the call on the stream. */
    void sendOn(ClientStream<PendingCall<?>> carrier) {
        stream = carrier;
        carrier.send(this);
    }

    @Override
    public void forgetEncoded() {
        encoded = null;
    }

    /** Sends the call as a unary one. */
    void sendUnary(SocketClient client) {
        ByteString message = encoded;
        if (over || message == null) {
            return;
        }
        stream = null;
        encoded = null;
        UnaryCall call = UnaryCall.send(client, form.method(), Buffer.buffer(message.toByteArray()));
        unary = call;
        call.answer().onComplete((answer, failure) -> {
            if (failure != null) {
                failWith(failure);
            } else {
                try {
                    complete(form.read(answer, expected));
                } catch (WorkerException invalid) {
                    fail(invalid);
                }
            }
        });
    }

    @Override
    public void answered(AnswerBatch answer) {
        try {
            WorkerException failure = answer.failure();
            SegmentResult<O> result = failure == null ? form.read(answer, expected) : null;
            if (result != null) {
                complete(result);
            } else if (failure != null) {
                fail(failure);
            } else {
                fail(new WorkerException(Kind.INVALID_ANSWER, "an answer of another kind than the call"));
            }
        } catch (WorkerException invalid) {
            fail(invalid);
        }
    }

    /** Nobody wants the answer any more: the worker is told. */
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
    public void fail(WorkerException reason) {
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
        ended.run();
        return true;
    }
}
