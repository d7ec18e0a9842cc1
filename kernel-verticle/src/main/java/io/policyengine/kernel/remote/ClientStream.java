package io.policyengine.kernel.remote;

import io.policyengine.core.policy.ExchangeEnd;
import io.policyengine.core.worker.WorkerException;
import io.policyengine.core.worker.WorkerException.Kind;
import io.policyengine.protocol.AnswerBatch;
import io.policyengine.protocol.CallBatch;
import io.policyengine.protocol.WorkerMethod;
import io.vertx.core.buffer.Buffer;
import io.vertx.grpc.client.GrpcClientRequest;
import io.vertx.grpc.client.GrpcClientResponse;
import io.vertx.grpc.common.GrpcStatus;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A stream of the gRPC method {@code Exchange} to a worker, from the request for a connection until its end. Calls of
 * one turn of the event loop are sent in one batch. Confined to its event loop.
 */
final class ClientStream<C extends CarriedCall> {
    /** The size in bytes from which a batch of calls is sent at once. */
    private static final int BATCH_BYTES = 256 << 10;

    /**
     * Maximum number of answers that belong to no call. Beyond it the stream is closed, because such answers delay the
     * answers to calls.
     */
    private static final int UNASKED = 100;

    private final CallScope scope;
    private final Owner<C> owner;

    private final Map<Long, C> sent = new HashMap<>();

    /** The calls whose next message will be sent with the next batch. */
    private List<C> outbox = new ArrayList<>();

    private final List<Long> cancels = new ArrayList<>();

    /** The exchanges whose end must be reported on this stream, because the stream carried calls that wait for it. */
    private final Set<Long> openExchanges = new HashSet<>();

    private final List<ExchangeEnd> ends = new ArrayList<>();
    private final CallBatch.Writer batch = new CallBatch.Writer(BATCH_BYTES, this::write);
    private @Nullable GrpcClientRequest<Buffer, Buffer> request;
    /** The number of abandoned calls that the worker may still answer. */
    private long givenUp;

    private long unasked;
    private boolean flushScheduled;
    private boolean served;
    private boolean retiring;
    private boolean over;

    /** The owner of the stream, which receives its events. */
    interface Owner<C extends CarriedCall> {
        void opened();

        void unreachable(ClientStream<C> stream);

        void gone(ClientStream<C> stream);

        /** Reports that the worker does not serve streams. The given calls have not begun. */
        void unsupported(ClientStream<C> stream, List<C> calls);
    }

    ClientStream(CallScope scope, Owner<C> owner) {
        this.scope = scope;
        this.owner = owner;
    }

    void open(SocketClient client) {
        client.request(WorkerMethod.EXCHANGE).onComplete((opened, failure) -> {
            if (failure != null) {
                over = true;
                owner.unreachable(this);
                failUnsent("no connection: " + UnaryCall.describe(failure));
            } else if (over) {
                opened.discard();
            } else {
                attach(opened);
            }
        });
    }

    private void attach(WorkerStream opened) {
        request = opened;
        opened.exceptionHandler(failure -> end(opened.failure(failure)));
        opened.onRefusal(this::end);
        opened.response().onComplete((response, failure) -> {
            if (failure != null) {
                end(opened.failure(failure));
            } else if (response.status() != null && response.status() != GrpcStatus.OK) {
                refused(response.status());
            } else {
                receive(response);
            }
        });
        owner.opened();
        // Headers cannot be sent separately in another way.
        batch.flush();
        flush();
    }

    void send(C call) {
        if (over) {
            call.fail(new WorkerException(Kind.UNREACHABLE, "no connection"));
            return;
        }
        outbox.add(call);
        scheduleFlush();
    }

    /** Cancels a call on the worker because its answer is no longer needed. */
    void cancel(C call) {
        if (sent.remove(call.id()) != null && !over) {
            givenUp++;
            cancels.add(call.id());
            scheduleFlush();
        }
        endWhenRetired();
    }

    /**
     * Reports the end of an exchange to the worker, if the stream carried a call that waits for it. All calls of the
     * exchange must be over.
     */
    void exchangeEnded(ExchangeEnd end) {
        if (openExchanges.remove(end.exchangeId())) {
            ends.add(end);
            scheduleFlush();
        }
    }

    private void scheduleFlush() {
        if (!flushScheduled && request != null) {
            flushScheduled = true;
            scope.context().runOnContext(_ -> {
                flushScheduled = false;
                flush();
            });
        }
    }

    private void flush() {
        if (request == null || over) {
            return;
        }
        List<C> calls = outbox;
        outbox = new ArrayList<>();
        // By index, because a write to a lost stream empties the lists.
        for (int i = 0; i < cancels.size(); i++) {
            batch.cancel(cancels.get(i));
        }
        cancels.clear();
        for (C call : calls) {
            if (call.isOver()) {
                continue;
            }
            if (!over) {
                // Sends the earlier messages if the batch is full.
                call.putInto(batch);
            }
            if (over) {
                // The stream was lost during this flush; the remaining calls are not notified otherwise.
                call.fail(new WorkerException(Kind.UNREACHABLE, "no connection"));
                continue;
            }
            sent.put(call.id(), call);
            if (call.awaitsEndOf() != 0) {
                openExchanges.add(call.awaitsEndOf());
            }
            if (served) {
                call.forgetEncoded();
            }
        }
        for (int i = 0; i < ends.size(); i++) {
            batch.exchangeEnd(ends.get(i));
        }
        ends.clear();
        if (!over && !batch.isEmpty()) {
            batch.flush();
        }
        endWhenRetired();
    }

    private void write(Buffer encoded) {
        GrpcClientRequest<Buffer, Buffer> open = request;
        if (open == null || over) {
            return;
        }
        try {
            scope.unsent().add(encoded.length(), open.write(encoded), scope);
        } catch (IllegalStateException ended) {
            // The stream was reset, but its handlers were not called yet.
            lost(UnaryCall.describe(ended));
        }
    }

    private void receive(GrpcClientResponse<Buffer, Buffer> response) {
        response.handler(this::onBatch);
        response.errorHandler(error -> lost("the worker reset the stream: " + error));
        response.exceptionHandler(failure -> lost(UnaryCall.describe(failure)));
        response.endHandler(_ -> {
            if (response.status() == GrpcStatus.OK) {
                lost("the worker ended the stream");
            } else {
                refused(response.status());
            }
        });
    }

    private void onBatch(Buffer encoded) {
        if (over) {
            return;
        }
        if (!served) {
            served = true;
            sent.values().forEach(CarriedCall::forgetEncoded);
        }
        AnswerBatch answers;
        try {
            answers = AnswerBatch.decode(encoded);
        } catch (WorkerException malformed) {
            giveUp(malformed);
            return;
        }
        if (answers.isEmpty()) {
            unasked++;
        }
        while (answers.next()) {
            // Answers to abandoned calls are ignored.
            C call = sent.get(answers.callId());
            if (call == null) {
                unasked++;
            } else {
                call.answered(answers);
                if (call.isOver()) {
                    sent.remove(call.id());
                }
            }
        }
        if (unasked > givenUp + UNASKED) {
            giveUp(new WorkerException(Kind.INVALID_ANSWER, "the worker sends unsolicited answers"));
        }
        endWhenRetired();
    }

    private void giveUp(WorkerException why) {
        GrpcClientRequest<Buffer, Buffer> open = request;
        end(why);
        if (open != null) {
            open.cancel();
        }
    }

    private void refused(@Nullable GrpcStatus status) {
        if (over) {
            return;
        }
        if (status == GrpcStatus.UNIMPLEMENTED && !served) {
            over = true;
            List<C> calls = new ArrayList<>(sent.values());
            calls.addAll(outbox);
            sent.clear();
            outbox.clear();
            openExchanges.clear();
            ends.clear();
            owner.unsupported(this, calls);
        } else {
            lost("the worker ended the stream with " + status);
        }
    }

    /**
     * Retires the stream, because the worker is shutting down. Running calls and exchanges finish before the stream
     * ends.
     */
    void retire() {
        if (!over && !retiring) {
            retiring = true;
            flush();
            endWhenRetired();
        }
    }

    private void endWhenRetired() {
        if (retiring && !over && isIdle()) {
            over = true;
            owner.gone(this);
            if (request != null) {
                endSending(request);
            }
        }
    }

    private boolean isIdle() {
        return sent.isEmpty() && outbox.isEmpty() && cancels.isEmpty() && openExchanges.isEmpty() && ends.isEmpty();
    }

    private static void endSending(GrpcClientRequest<Buffer, Buffer> open) {
        try {
            open.end();
        } catch (IllegalStateException ended) {
            // The stream was reset, but its handlers were not called yet: nothing was pending.
        }
    }

    private void lost(String why) {
        end(new WorkerException(Kind.CONNECTION_LOST, why));
    }

    private void end(WorkerException why) {
        if (over) {
            return;
        }
        over = true;
        owner.gone(this);
        List<C> lost = new ArrayList<>(sent.values());
        sent.clear();
        openExchanges.clear();
        ends.clear();
        // A lost call may have another message in the outbox.
        lost.forEach(call -> call.fail(why));
        failUnsent(String.valueOf(why.getMessage()));
    }

    private void failUnsent(String why) {
        List<C> unsent = outbox;
        outbox = new ArrayList<>();
        WorkerException reason = new WorkerException(Kind.UNREACHABLE, why);
        unsent.forEach(call -> call.fail(reason));
    }

    void close() {
        GrpcClientRequest<Buffer, Buffer> open = request;
        boolean wasOpen = !over;
        lost("the link was closed");
        if (wasOpen && open != null) {
            open.cancel();
        }
    }
}
