package io.policyengine.worker.callout;

import io.policyengine.core.callout.CalloutException;
import io.policyengine.core.callout.CalloutException.Kind;
import io.policyengine.core.callout.CalloutRequest;
import io.policyengine.core.net.UnusedRequest;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.core.policy.DependencyTime;
import io.policyengine.core.vertx.Contexts;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.StreamResetException;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * A call to a server, from the wait for a slot to the last byte of the response. The call ends once: by the response, a
 * failure, its timeout, or the cancellation of its exchange. If the entry has left a call less than the call's
 * {@link DependencyTime promised time}, the call's end is not treated as a time-out of the server. If the connection is
 * still opening when the call ends, the slot stays taken until the connection has opened or failed. A gRPC call whose
 * exchange no longer waits for it keeps its slot until it ends ({@link UnreadCall}). Confined to the event loop that
 * began the call.
 *
 * <p>The timeout limits first the wait for a slot, then the call. A call that gets no slot in time fails as overload of
 * this engine. A call that gets its slot too late for its whole timeout, and then no answer, also fails as overload.
 */
final class Callout {
    /**
     * The last nanoseconds of a call. If a gRPC server resets the call in this time, {@code grpc-timeout} has passed.
     */
    private static final long END_NANOS = 5_000_000;

    private final TargetClient target;
    private final OutgoingRequest outgoing;
    private final boolean isGrpc;
    private final CalloutRequest request;
    private final Context context;
    private final Promise<ServerAnswer> promise;
    private final TargetClient.Wire wire;
    private final Runnable placed = this::placed;
    private final Buffer body = Buffer.buffer();

    private long deadline;
    private long ownEnd;
    private boolean hasOwnTime;
    private boolean isCutShort;
    private boolean isLate;
    private @Nullable Call call;
    private @Nullable DependencyTime time;
    private boolean isAdmitted;
    private boolean isOver;
    private boolean isRepeated;
    private boolean isConnecting;
    private boolean hasPlace;
    private boolean isWritten;
    private long timer = -1;
    private Cancellation.@Nullable Listening listening;
    private @Nullable HttpClientRequest sent;
    private @Nullable HttpClientResponse head;

    Callout(TargetClient target, OutgoingRequest outgoing, Context context) {
        this.target = target;
        this.outgoing = outgoing;
        this.isGrpc = outgoing.isGrpc();
        this.request = outgoing.request();
        this.context = context;
        this.promise = Contexts.promise(context);
        this.wire = target.wire(isGrpc);
    }

    Future<ServerAnswer> begin(@Nullable Call ofExchange) {
        call = ofExchange;
        time = ofExchange == null ? null : ofExchange.cancellation().time();
        long left = beginTime();
        if (ofExchange != null && ofExchange.cancellation().isCancelled()) {
            cancelled();
        } else if (left <= 0) {
            fail(Kind.TIMEOUT, "the exchange has no time left for the call");
        } else if (!target.breaker().admit()) {
            fail(Kind.BREAKER_OPEN, "too many consecutive calls had no answer: no calls are made for a while");
        } else {
            isAdmitted = true;
            if (!wire.places().take(placed)) {
                fail(Kind.OVERLOADED, "too many calls wait for a connection");
            } else if (!hasPlace && !isOver) {
                waitForPlace();
            }
        }
        return promise.future();
    }

    /** Begins to measure the call's time, and returns the time that its exchange has left, in nanoseconds. */
    private long beginTime() {
        long now = target.ticker().nanoTime();
        long own = target.config().timeout().toNanos();
        long left = call == null ? own : call.deadlineNanos() - now;
        hasOwnTime = own <= left;
        ownEnd = now + own;
        deadline = now + Math.min(own, left);
        isCutShort = time != null && time.cutsShort(target, own);
        return left;
    }

    /**
     * Limits the wait for a slot. During the wait, the call is treated as queued work, not as a call to a dependency.
     */
    private void waitForPlace() {
        timer = context.owner().setTimer(millisLeft(), _ -> fail(Kind.OVERLOADED, "no connection became free in time"));
        if (call != null) {
            listening = call.cancellation().onCancelOfWork(this::cancelled);
        }
    }

    private void cancelled() {
        fail(Kind.CANCELLED, "the exchange was cancelled");
    }

    /** Continues once the call has a slot. May run on the event loop of another call. */
    private void placed() {
        try {
            Contexts.execute(context, () -> {
                hasPlace = true;
                if (isOver) {
                    giveBackPlace();
                } else {
                    leaveQueue();
                    start();
                }
            });
        } catch (RejectedExecutionException closed) {
            wire.places().giveBack();
        }
    }

    /** Restarts the call's timer if the call had to wait for its slot. */
    private void leaveQueue() {
        if (timer < 0) {
            return;
        }
        context.owner().cancelTimer(timer);
        beginTime();
        isLate = !hasOwnTime
                || (time != null && !time.leaves(target.config().timeout().toNanos()));
    }

    /**
     * Starts the call. A late call is still treated as queued work. The same applies to the call of a cache's load that
     * had to wait for its slot. The entries that wait for the load lost some of their time.
     */
    private void start() {
        timer = context.owner().setTimer(millisLeft(), _ -> fail(Kind.TIMEOUT, "no answer in time"));
        Cancellation.Listening queued = listening;
        if (call != null && (queued == null || (time != null && !isLate))) {
            if (queued != null) {
                queued.end();
            }
            listening = call.cancellation().onCancelOfDependency(isCutShort, this::cancelled);
        }
        if (!isOver) {
            connect();
        }
    }

    private void connect() {
        isConnecting = true;
        Future<HttpClientRequest> opening;
        try {
            opening = wire.client().request(outgoing.options(millisLeft()));
        } catch (IllegalStateException closed) {
            opening = Contexts.failedFuture(context, closed);
        }
        opening.onComplete(this::connected, cause -> {
            isConnecting = false;
            fail(CalloutFailures.connecting(target.name(), cause));
            giveBackPlace();
        });
    }

    private void connected(HttpClientRequest opened) {
        isConnecting = false;
        opened.exceptionHandler(cause -> lost(opened, cause));
        if (isOver) {
            // A gRPC server gets the head before the reset, so it learns that no time is left.
            outgoing.writeHead(opened, 1);
            UnusedRequest.discard(opened);
            giveBackPlace();
            return;
        }
        sent = opened;
        outgoing.writeHead(opened, millisLeft());
        opened.response().onComplete(response -> answering(opened, response), cause -> lost(opened, cause));
        isWritten = false;
        Future<Void> written = request.body().length() == 0 ? opened.end() : opened.end(request.body());
        written.onComplete(_ -> isWritten = true, cause -> lost(opened, cause));
    }

    private void answering(HttpClientRequest of, HttpClientResponse response) {
        if (isOver || !of.equals(sent)) {
            return;
        }
        head = response;
        response.exceptionHandler(cause -> lost(of, cause));
        response.handler(chunk -> take(response, chunk));
        response.endHandler(_ -> answered(response));
        String coding = response.getHeader("content-encoding");
        if (coding != null && !coding.equalsIgnoreCase("identity")) {
            unreadable(response, Kind.MALFORMED, "its answer has a content coding that was not requested");
        }
    }

    private void take(HttpClientResponse response, Buffer chunk) {
        if (isOver) {
            return;
        }
        if (chunk.length() > request.maxResponseBytes() - body.length()) {
            unreadable(response, Kind.TOO_LARGE, "its answer has more than " + request.maxResponseBytes() + " bytes");
        } else {
            body.appendBuffer(chunk);
        }
    }

    private void answered(HttpClientResponse response) {
        if (isOver) {
            return;
        }
        ServerAnswer answer =
                new ServerAnswer(response.statusCode(), response.headers(), response.trailers(), body, false);
        sent = null;
        if (isGrpc && (isCutShort || isLate) && answer.isLate()) {
            fail(judged(new CalloutException(
                    Kind.TIMEOUT, target.name(), "the server reports that the time of the call is over")));
            return;
        }
        end();
        if (!isGrpc && answer.mayBeFollowedByBody(request.method())) {
            response.request().connection().close();
        }
        answered(answer);
        giveBackPlace();
        promise.complete(answer);
    }

    private void answered(ServerAnswer answer) {
        target.answered(answer);
        if (time != null) {
            time.answered(target);
        }
    }

    /**
     * Ends the call without reading the rest of the response. The call succeeds if the response's headers suffice,
     * otherwise it fails.
     */
    private void unreadable(HttpClientResponse response, Kind kind, String why) {
        HttpClientRequest unread = sent;
        if (!request.omitsUnreadable() || unread == null) {
            fail(kind, why);
            return;
        }
        ServerAnswer answer = ServerAnswer.ofHead(response);
        sent = null;
        end();
        unread.reset();
        answered(answer);
        giveBackPlace();
        promise.complete(answer);
    }

    private void lost(HttpClientRequest of, Throwable cause) {
        if (isOver || !of.equals(sent)) {
            return;
        }
        if (isGrpc
                && cause instanceof StreamResetException
                && deadline - target.ticker().nanoTime() < END_NANOS) {
            fail(Kind.TIMEOUT, "the server ended the call when its time was over");
            return;
        }
        sent = null;
        if (request.idempotent() && !isRepeated && head == null && CalloutFailures.isLoss(cause)) {
            isRepeated = true;
            followRepeated();
            if (!isOver) {
                connect();
            }
        } else {
            boolean isWhole = isWritten || head != null || request.body().length() == 0;
            fail(CalloutFailures.answering(target.name(), cause, isWhole));
        }
    }

    /** Marks a call as cut short if its request was lost and sent again, since only the rest of its time is left. */
    private void followRepeated() {
        hasOwnTime = false;
        if (call != null && listening != null && !isLate) {
            isCutShort = true;
            listening.end();
            listening = call.cancellation().onCancelOfDependency(true, this::cancelled);
        }
    }

    private void fail(Kind kind, String why) {
        fail(new CalloutException(kind, target.name(), why));
    }

    private void fail(CalloutException cause) {
        if (isOver) {
            return;
        }
        CalloutException failure = judged(cause);
        if (time != null && failure.kind() == Kind.TIMEOUT) {
            time.unanswered(target);
        }
        HttpClientRequest unanswered = sent;
        HttpClientResponse begun = head;
        sent = null;
        end();
        if (isAdmitted) {
            target.failed(ofTarget(cause), hasOwnTime);
        }
        if (unanswered != null && mayBeDrained(cause) && wire.places().tryGiveUp()) {
            UnreadCall.drain(unanswered, begun, context, millisUntil(ownEnd), request.maxResponseBytes(), () -> {
                wire.places().endGivenUp();
                giveBackPlace();
            });
        } else {
            if (unanswered != null) {
                unanswered.reset();
            }
            if (!isConnecting) {
                giveBackPlace();
            }
        }
        if (begun != null && request.omitsUnreadable() && failure.kind() != Kind.CANCELLED) {
            // The server has answered, though its body does not end, or breaks off.
            promise.complete(ServerAnswer.ofHead(begun));
        } else {
            promise.fail(failure);
        }
    }

    /**
     * Returns whether a call continues for the rest of the target's timeout although its exchange no longer needs it.
     * Its answer is then dropped.
     */
    private boolean mayBeDrained(CalloutException cause) {
        return isGrpc
                && (cause.kind() == Kind.CANCELLED || cause.kind() == Kind.TIMEOUT)
                && ownEnd - target.ticker().nanoTime() > 0;
    }

    /** Returns the failure to report to the caller, who may have left the server too little time. */
    private CalloutException judged(CalloutException cause) {
        return SlotWait.judged(cause, isLate, isCutShort, target.name());
    }

    /**
     * Returns the failure to report to the circuit breaker, regardless of the time that the entry left for the call.
     */
    private CalloutException ofTarget(CalloutException cause) {
        return isLate ? SlotWait.overload(cause, target.name()) : cause;
    }

    /** Removes the call's timer, cancellation listener, and position in the queue. */
    private void end() {
        isOver = true;
        if (timer >= 0) {
            context.owner().cancelTimer(timer);
        }
        if (listening != null) {
            listening.end();
        }
        wire.places().leave(placed);
    }

    private void giveBackPlace() {
        if (hasPlace) {
            hasPlace = false;
            wire.places().giveBack();
        }
    }

    private long millisLeft() {
        return millisUntil(deadline);
    }

    private long millisUntil(long end) {
        long nanos = end - target.ticker().nanoTime();
        return Math.max(1, Duration.ofNanos(nanos).plusNanos(999_999).toMillis());
    }
}
