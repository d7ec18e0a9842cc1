package io.policyengine.kernel.remote;

import com.google.protobuf.ByteString;
import io.policyengine.core.chain.SegmentResult;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.policy.ResponseOutcome;
import io.policyengine.core.time.DeadlineWheel;
import io.policyengine.core.time.Ticker;
import io.policyengine.core.worker.RequestCall;
import io.policyengine.core.worker.ResponseCall;
import io.policyengine.core.worker.WorkerException;
import io.policyengine.core.worker.WorkerException.Kind;
import io.policyengine.core.worker.WorkerLink;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.internal.ContextInternal;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One event loop's way to a replica: one connection with one {@code Exchange} stream, opened by the first call and again by the
 * first call after it was lost. After a failed attempt to connect, calls fail at once for a short time.
 *
 * <p>Calls beyond {@value #LARGE} bytes go as unary ones beside the stream, since they would hold up small ones on it; so do all
 * calls to a worker that does not serve the stream.
 */
final class RemoteLink implements WorkerLink, CallStream.Owner {
    static final int LARGE = 64 << 10;

    private static final long FIRST_PAUSE = Duration.ofMillis(20).toNanos();
    private static final long LONGEST_PAUSE = Duration.ofSeconds(1).toNanos();

    private final RemoteWorkerOptions options;
    private final Ticker ticker;
    private final ContextInternal context;
    private final DeadlineWheel deadlines;
    private final SocketClient client;
    private @Nullable CallStream stream;
    private boolean unaryOnly;
    private boolean closed;
    private int inFlight;
    private long nextCall = 1;
    private long pause = FIRST_PAUSE;
    private long notBefore;

    RemoteLink(Vertx vertx, RemoteWorkerOptions options, Ticker ticker, Runnable streamFailed) {
        this.options = options;
        this.ticker = ticker;
        this.context = (ContextInternal) vertx.getOrCreateContext();
        this.deadlines = DeadlineWheel.on(vertx, ticker);
        this.client = new SocketClient(vertx, options, this::onConnection, streamFailed);
        this.notBefore = ticker.nanoTime();
    }

    @Override
    public Future<SegmentResult<RequestOutcome>> execute(RequestCall call) {
        WorkerException refusal = refusal(call.call());
        return refusal != null
                ? Future.failedFuture(refusal)
                : submit(
                        CallForms.REQUEST,
                        call.call(),
                        call.endEntry() - call.firstEntry(),
                        CallEncoder.request(call, ticker.nanoTime()));
    }

    @Override
    public Future<SegmentResult<ResponseOutcome>> execute(ResponseCall call) {
        WorkerException refusal = refusal(call.call());
        return refusal != null
                ? Future.failedFuture(refusal)
                : submit(
                        CallForms.RESPONSE,
                        call.call(),
                        call.endEntry() - call.firstEntry(),
                        CallEncoder.response(call, ticker.nanoTime()));
    }

    /** Why the call need not be tried, or null. */
    private @Nullable WorkerException refusal(Call call) {
        long now = ticker.nanoTime();
        if (call.cancellation().isCancelled() || now - call.deadlineNanos() >= 0) {
            return new WorkerException(Kind.TIMEOUT, "no time was left for the call");
        }
        if (inFlight >= options.maxCallsInFlight()) {
            return new WorkerException(
                    Kind.OVERLOADED, options.maxCallsInFlight() + " calls wait for this worker already");
        }
        if (closed) {
            return new WorkerException(Kind.UNREACHABLE, "the link is closed");
        }
        return stream == null && now - notBefore < 0
                ? new WorkerException(Kind.UNREACHABLE, "no connection, the next attempt comes soon")
                : null;
    }

    private <O> Future<SegmentResult<O>> submit(PendingCall.Form<O> form, Call call, int expected, ByteString encoded) {
        PendingCall<O> pending = new PendingCall<>(nextCall++, form, expected, encoded, promise(), () -> inFlight--);
        inFlight++;
        pending.endsAt(deadlines.add(call.deadlineNanos(), () -> pending.giveUp("no answer in time")));
        call.cancellation().onCancel(() -> pending.giveUp("the call was cancelled"));
        if (unaryOnly || encoded.size() > LARGE) {
            pending.sendUnary(client);
        } else {
            openStream().send(pending);
        }
        return pending.future();
    }

    /** Completes on the context of the caller. */
    private <T> Promise<T> promise() {
        ContextInternal current = ContextInternal.current();
        return current == null ? context.promise() : current.promise();
    }

    private CallStream openStream() {
        CallStream open = stream;
        if (open == null) {
            open = new CallStream(context, this);
            stream = open;
            CallStream opening = open;
            context.emit(opening, it -> it.open(client));
        }
        return open;
    }

    private void onConnection(HttpConnection connection) {
        // Another process may listen by now, which serves streams.
        unaryOnly = false;
        connection.shutdownHandler(_ -> retireStream());
    }

    private void retireStream() {
        CallStream retiring = stream;
        if (retiring != null) {
            retiring.retire();
        }
    }

    @Override
    public void opened() {
        pause = FIRST_PAUSE;
    }

    @Override
    public void unreachable(CallStream unreached) {
        notBefore = ticker.nanoTime() + pause;
        pause = Math.min(pause * 2, LONGEST_PAUSE);
        gone(unreached);
    }

    @Override
    public void gone(CallStream ended) {
        if (ended.equals(stream)) {
            stream = null;
        }
    }

    @Override
    public void unsupported(CallStream refused, List<PendingCall<?>> calls) {
        unaryOnly = true;
        gone(refused);
        calls.forEach(call -> call.sendUnary(client));
    }

    /** Lets go of the connection; calls under way fail. To be called on the link's event loop. */
    Future<Void> close() {
        closed = true;
        CallStream open = stream;
        if (open != null) {
            open.close();
        }
        return client.close();
    }

    /** The event loop that it belongs to. */
    ContextInternal context() {
        return context;
    }
}
