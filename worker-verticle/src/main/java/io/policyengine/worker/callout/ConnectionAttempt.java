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
import io.vertx.core.net.NetSocket;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An exchange's attempt to get a connection: it first takes a slot, then an idle or a new connection. It ends once. If
 * a new connection is still opening at that time, the slot stays occupied until this connection has opened and was
 * closed again. An attempt that gets no slot in time fails as overload of this engine. Confined to the event loop of
 * the exchange.
 */
final class ConnectionAttempt {
    private final ByteClient client;
    private final Call call;
    private final Context context;
    private final Consumer<@Nullable CalloutException> ended;
    private final Promise<ByteConnection> promise;
    private final Runnable placed = this::placed;
    private SlotWait slotWait = SlotWait.NONE;
    private long begun;
    private long requested;
    private long deadline;
    private boolean hasPlace;
    private boolean isOver;
    private boolean isCutShort;
    private long timer = -1;
    private Cancellation.@Nullable Listening listening;

    /**
     * Creates an attempt; {@code ended} is called when the attempt fails or, after success, when the use of the
     * connection ends.
     */
    ConnectionAttempt(ByteClient client, Call call, Context context, Consumer<@Nullable CalloutException> ended) {
        this.client = client;
        this.call = call;
        this.context = context;
        this.ended = ended;
        this.promise = Contexts.promise(context);
    }

    Future<ByteConnection> begin(long deadlineNanos) {
        requested = deadlineNanos;
        begun = beginTime();
        if (call.cancellation().isCancelled()) {
            refuse(Kind.CANCELLED, "the exchange was cancelled");
        } else if (deadline - begun <= 0) {
            refuse(Kind.TIMEOUT, "the exchange has no time left for the call");
        } else if (!client.breaker().admit()) {
            refuse(Kind.BREAKER_OPEN, "too many consecutive calls had no answer: no calls are made for a while");
        } else {
            if (!client.places().take(placed)) {
                fail(Kind.OVERLOADED, "too many exchanges wait for a connection");
            } else if (!hasPlace && !isOver) {
                waitForPlace();
            }
        }
        return promise.future();
    }

    /** Begins the time of the attempt, after any wait for a slot, and returns the current time. */
    private long beginTime() {
        long own = slotWait.postponed(requested);
        deadline = own - call.deadlineNanos() < 0 ? own : call.deadlineNanos();
        long now = client.ticker().nanoTime();
        DependencyTime time = call.cancellation().time();
        isCutShort = time != null && time.cutsShort(client, own - now);
        return now;
    }

    /**
     * Limits the wait for a slot. During the wait, the attempt is treated as queued work, not as a call to a
     * dependency.
     */
    private void waitForPlace() {
        timer = Contexts.setTimer(
                context, millisLeft(), _ -> fail(Kind.OVERLOADED, "no connection became free in time"));
        listening = call.cancellation().onCancelOfWork(this::cancelled);
    }

    private void cancelled() {
        fail(Kind.CANCELLED, "the exchange was cancelled");
    }

    /** Continues once the attempt has a slot. May run on the event loop of another call. */
    private void placed() {
        try {
            Contexts.execute(context, this::start);
        } catch (RejectedExecutionException stopped) {
            client.places().giveBack();
        }
    }

    private void start() {
        hasPlace = true;
        if (!isOver) {
            leaveQueue();
            timer = Contexts.setTimer(context, millisLeft(), _ -> fail(Kind.TIMEOUT, "no connection in time"));
            listening = slotWait.isLate()
                    ? call.cancellation().onCancelOfWork(this::cancelled)
                    : call.cancellation().onCancelOfDependency(isCutShort, this::cancelled);
        }
        next();
    }

    /** Restarts the attempt's timer if the attempt had to wait for its slot. */
    private void leaveQueue() {
        Cancellation.Listening queued = listening;
        if (queued == null) {
            return;
        }
        queued.end();
        context.owner().cancelTimer(timer);
        long now = client.ticker().nanoTime();
        long own = requested - begun;
        DependencyTime time = call.cancellation().time();
        boolean isLate = call.deadlineNanos() - now < own || (time != null && !time.leaves(own));
        slotWait = new SlotWait(requested, Math.max(1, now - begun), isLate);
        beginTime();
    }

    private void next() {
        if (isOver) {
            client.places().giveBack();
            return;
        }
        ByteSocket idle = client.takeIdle();
        if (idle == null) {
            open();
            return;
        }
        Promise<Optional<Object>> begun = Contexts.promise(context);
        idle.run(() -> {
            if (idle.begin()) {
                begun.complete(idle.note());
            } else {
                begun.fail("lost");
            }
        });
        begun.future().onComplete(kept -> hold(idle, kept), _ -> next());
    }

    private void open() {
        Future<NetSocket> opening;
        try {
            opening = client.open((int) Math.min(Integer.MAX_VALUE, millisLeft()));
        } catch (IllegalStateException closed) {
            opening = Contexts.failedFuture(context, closed);
        }
        opening.onComplete(socket -> hold(new ByteSocket(client, socket, context), Optional.empty()), cause -> {
            client.places().giveBack();
            fail(CalloutFailures.connecting(client.name(), cause));
        });
    }

    private long millisLeft() {
        return ByteSocket.millis(deadline - client.ticker().nanoTime());
    }

    private void hold(ByteSocket socket, Optional<Object> kept) {
        if (isOver) {
            socket.run(() -> socket.end(new CalloutException(
                    Kind.CANCELLED, client.name(), "the connection opened" + " after its exchange had ended")));
            return;
        }
        over();
        promise.complete(new LeasedConnection(client, socket, context, call, slotWait, kept, ended));
    }

    private void refuse(Kind kind, String why) {
        isOver = true;
        CalloutException failure = judged(new CalloutException(kind, client.name(), why));
        ended.accept(failure);
        promise.fail(failure);
    }

    private void fail(Kind kind, String why) {
        fail(new CalloutException(kind, client.name(), why));
    }

    private void fail(CalloutException cause) {
        if (isOver) {
            return;
        }
        over();
        CalloutException failure = judged(cause);
        client.failed(failure);
        ended.accept(failure);
        promise.fail(failure);
    }

    private CalloutException judged(CalloutException failure) {
        return SlotWait.judged(failure, slotWait.isLate(), isCutShort, client.name());
    }

    private void over() {
        isOver = true;
        context.owner().cancelTimer(timer);
        if (listening != null) {
            listening.end();
        }
        client.places().leave(placed);
    }
}
