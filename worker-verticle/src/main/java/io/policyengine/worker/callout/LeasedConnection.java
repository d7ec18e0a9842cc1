package io.policyengine.worker.callout;

import io.policyengine.core.callout.CalloutException;
import io.policyengine.core.callout.CalloutException.Kind;
import io.policyengine.core.policy.ByteConnection;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.core.policy.DependencyTime;
import io.policyengine.core.vertx.Contexts;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A connection that one exchange uses. The use ends once: when the connection is kept, closed or failed, or the call
 * ends. Circuit breaker and meters then record the result. Later operations do not affect the connection, since another
 * exchange may already use it. Confined to the event loop of the exchange.
 */
final class LeasedConnection implements ByteConnection {
    private final ByteClient client;
    private final ByteSocket socket;
    private final Context context;
    private final Call call;
    private final SlotWait slotWait;
    private final Optional<Object> kept;
    private final Consumer<@Nullable CalloutException> ended;
    private final Cancellation.Listening listening;
    private boolean isOver;
    private boolean wasAnswered;
    private CalloutException why;

    /** Creates the use of a connection; {@code kept} is the value that the previous exchange left for the next one. */
    LeasedConnection(
            ByteClient client,
            ByteSocket socket,
            Context context,
            Call call,
            SlotWait slotWait,
            Optional<Object> kept,
            Consumer<@Nullable CalloutException> ended) {
        this.client = client;
        this.socket = socket;
        this.context = context;
        this.call = call;
        this.slotWait = slotWait;
        this.kept = kept;
        this.ended = ended;
        this.why = failure(Kind.UNREACHABLE, "the connection is closed");
        this.listening =
                call.cancellation().onCancel(() -> fail(failure(Kind.CANCELLED, "the exchange was cancelled")));
    }

    @Override
    public Optional<Object> kept() {
        return kept;
    }

    @Override
    public Future<Void> write(Buffer bytes, long deadlineNanos) {
        if (isOver) {
            return Future.failedFuture(why);
        }
        Promise<Void> done = Contexts.promise(context);
        socket.run(() -> socket.write(bytes, ofCall(deadlineNanos), done));
        return step(done.future(), deadlineNanos).onFailure(this::writeFailed);
    }

    @Override
    public Future<Buffer> read(long deadlineNanos) {
        if (isOver) {
            return Future.failedFuture(why);
        }
        Promise<Buffer> next = Contexts.promise(context);
        socket.run(() -> socket.read(ofCall(deadlineNanos), next));
        return step(next.future(), deadlineNanos).onComplete(_ -> wasAnswered = true, this::readFailed);
    }

    /**
     * Returns a step of the exchange with its failure converted for the caller, since the step may have less than its
     * promised time.
     */
    private <T> Future<T> step(Future<T> step, long deadlineNanos) {
        DependencyTime time = call.cancellation().time();
        boolean isLate = slotWait.delays(deadlineNanos);
        if (step.isComplete() || (time == null && !isLate)) {
            return step;
        }
        boolean isCutShort = time != null
                && time.cutsShort(
                        client,
                        slotWait.postponed(deadlineNanos) - client.ticker().nanoTime());
        Cancellation.Listening pending = isLate
                ? call.cancellation().onCancelOfWork(() -> {})
                : call.cancellation().onCancelOfDependency(isCutShort, () -> {});
        return step.onComplete(_ -> pending.end())
                .recover(cause -> Future.failedFuture(judged(cause, isLate, isCutShort)));
    }

    private Throwable judged(Throwable cause, boolean isLate, boolean isCutShort) {
        return cause instanceof CalloutException known
                ? SlotWait.judged(known, isLate, isCutShort, client.name())
                : cause;
    }

    /** Ends the use of the connection because a write took too long. Later steps fail with the failure of the write. */
    private void writeFailed(Throwable cause) {
        if (cause instanceof CalloutException known
                && (known.kind() == Kind.TIMEOUT
                        || known.kind() == Kind.OVERLOADED
                        || known.kind() == Kind.DEADLINE_EXCEEDED)) {
            fail(known);
        }
    }

    private void readFailed(Throwable cause) {
        fail(cause instanceof CalloutException known ? known : failure(Kind.UNREACHABLE, "the connection was lost"));
    }

    private long ofCall(long deadlineNanos) {
        long postponed = slotWait.postponed(deadlineNanos);
        return postponed - call.deadlineNanos() < 0 ? postponed : call.deadlineNanos();
    }

    @Override
    public void keep(Object note) {
        if (isOver) {
            return;
        }
        over();
        socket.run(() -> socket.keep(note));
        client.succeeded();
        ended.accept(null);
    }

    @Override
    public void close() {
        if (isOver) {
            return;
        }
        over();
        socket.run(() -> socket.end(why));
        if (wasAnswered) {
            client.succeeded();
        } else {
            client.breaker().abandoned();
        }
        ended.accept(null);
    }

    @Override
    public CalloutException malformed(String reason) {
        CalloutException malformed = failure(Kind.MALFORMED, reason);
        fail(malformed);
        return malformed;
    }

    @Override
    public CalloutException refused(String reason) {
        CalloutException refused = malformed(reason);
        client.refused(refused);
        return refused;
    }

    private void fail(CalloutException failure) {
        if (isOver) {
            return;
        }
        why = failure;
        over();
        socket.run(() -> socket.end(failure));
        client.failed(failure);
        ended.accept(failure);
    }

    private void over() {
        isOver = true;
        listening.end();
    }

    private CalloutException failure(Kind kind, String reason) {
        return new CalloutException(kind, client.name(), reason);
    }
}
