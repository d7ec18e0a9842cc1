package io.policyengine.kernel.remote;

import io.policyengine.core.time.DeadlineWheel;
import io.policyengine.core.time.Ticker;
import io.policyengine.core.vertx.Contexts;
import io.policyengine.core.worker.AnswerMargin;
import io.policyengine.core.worker.WorkerException;
import io.policyengine.core.worker.WorkerException.Kind;
import io.policyengine.protocol.WorkerDeadline;
import io.vertx.core.Context;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import org.jspecify.annotations.Nullable;

/**
 * The resources that all calls of one event loop to a replica share: the event loop, the clock, and the maximum number
 * of pending calls.
 */
final class CallScope {
    private final Context context;
    private final DeadlineWheel deadlines;
    private final Ticker ticker;
    private final int maxInFlight;
    private final UnsentBytes unsent;
    private int inFlight;

    CallScope(Context context, DeadlineWheel deadlines, Ticker ticker, int maxInFlight, UnsentBytes unsent) {
        this.context = context;
        this.deadlines = deadlines;
        this.ticker = ticker;
        this.maxInFlight = maxInFlight;
        this.unsent = unsent;
    }

    Context context() {
        return context;
    }

    DeadlineWheel deadlines() {
        return deadlines;
    }

    long now() {
        return ticker.nanoTime();
    }

    /**
     * Returns the deadline to send to the worker with a call or chunk. It is earlier than the kernel's deadline, so
     * that the answer arrives in time.
     *
     * @param sharesClock whether the worker has the same clock
     */
    WorkerDeadline workerDeadline(long deadlineNanos, boolean sharesClock) {
        long now = now();
        return WorkerDeadline.of(deadlineNanos - AnswerMargin.nanosOf(deadlineNanos - now), now, sharesClock);
    }

    /** Creates a promise that completes on the caller's context. */
    <T> Promise<T> promise() {
        Context current = Vertx.currentContext();
        return Contexts.promise(current == null ? context : current);
    }

    /** Returns the reason why another call cannot begin, or null if it can. */
    @Nullable
    WorkerException refusal(long deadlineNanos) {
        if (now() - deadlineNanos >= 0) {
            return new WorkerException(Kind.DEADLINE_EXCEEDED, "no time is left for the call");
        }
        return inFlight >= maxInFlight
                ? new WorkerException(Kind.OVERLOADED, maxInFlight + " calls already wait for this worker")
                : null;
    }

    UnsentBytes unsent() {
        return unsent;
    }

    void begin() {
        inFlight++;
    }

    void end() {
        inFlight--;
    }
}
