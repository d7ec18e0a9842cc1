package io.policyengine.worker.server;

import io.policyengine.core.error.Faults;
import io.policyengine.core.time.Ticker;
import io.policyengine.core.work.executor.WaitingLine;
import java.time.Duration;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The calls of one event loop that have arrived but not begun. The loop first reads all bytes that have arrived on its
 * connections, and then begins calls for a short time. So the cancellation of a call takes effect before the call
 * begins, even if other calls were sent in between. Calls beyond the maximum length are refused, and so are calls that
 * could not begin in the first half of their time. Calls of exchanges that have already caused work begin before
 * others, up to {@link #IN_A_ROW} in a row. An unexpected failure of one call does not delay other calls. Confined to
 * the event loop.
 */
final class CallQueue {
    private static final Logger LOG = LoggerFactory.getLogger(CallQueue.class);

    /**
     * The time, in nanoseconds, for which calls are begun before the event loop reads its connections again. At least
     * one call is begun.
     */
    private static final long SLICE = Duration.ofMillis(1).toNanos();

    static final String FULL = "the waiting calls have reached worker_core.server.max_concurrent_requests";
    static final String WAITED = "the call could not begin in the first half of its time";
    static final String LATE = "the call could not begin before its deadline";

    /**
     * Maximum number of calls in a row that belong to exchanges which have already caused work, while other calls wait.
     * A single exchange may have any number of chunks.
     */
    private static final int IN_A_ROW = 4;

    private final Ticker ticker;
    private final Executor afterReading;
    private final int maxWaiting;
    private final QueueMeters meters;
    private final WaitingLine<QueuedCall> first = new WaitingLine<>();
    private final WaitingLine<QueuedCall> others = new WaitingLine<>();
    private boolean isTurnAhead;
    private int inARow;

    /**
     * Creates an empty queue.
     *
     * @param afterReading runs a task on the event loop after it has read its connections once more
     * @param maxWaiting maximum number of waiting calls
     */
    CallQueue(Ticker ticker, Executor afterReading, int maxWaiting, QueueMeters meters) {
        this.ticker = ticker;
        this.afterReading = afterReading;
        this.maxWaiting = maxWaiting;
        this.meters = meters;
    }

    /**
     * Adds a call, which will begin or be refused. If the queue is full, removes calls that are too late, or else
     * refuses the new call now.
     */
    void add(QueuedCall call) {
        if (size() >= maxWaiting) {
            refuseOverdue(ticker.nanoTime());
        }
        if (size() >= maxWaiting) {
            meters.dropped(QueueMeters.Drop.FULL);
            refuse(call, FULL);
            return;
        }
        lineOf(call).add(call);
        meters.waiting(1);
        awaitTurn();
    }

    /** Removes a call whose result is no longer needed. Returns false if it does not wait. */
    boolean cancel(QueuedCall call) {
        boolean waited = lineOf(call).remove(call);
        if (waited) {
            meters.waiting(-1);
            meters.dropped(QueueMeters.Drop.CANCELLED);
        }
        return waited;
    }

    private int size() {
        return first.size() + others.size();
    }

    private WaitingLine<QueuedCall> lineOf(QueuedCall call) {
        return call.goesOn() ? first : others;
    }

    private void awaitTurn() {
        if (!isTurnAhead) {
            isTurnAhead = true;
            afterReading.execute(this::turn);
        }
    }

    private void turn() {
        isTurnAhead = false;
        long now = ticker.nanoTime();
        long end = now + SLICE;
        try {
            refuseOverdue(now);
            for (QueuedCall next = take(now); next != null; next = now - end < 0 ? take(now) : null) {
                meters.began(now - next.since());
                guarded(next::run);
                now = ticker.nanoTime();
            }
        } finally {
            if (size() > 0) {
                awaitTurn();
            }
        }
    }

    private void refuseOverdue(long now) {
        refuseOverdue(first, now);
        refuseOverdue(others, now);
    }

    private void refuseOverdue(WaitingLine<QueuedCall> line, long now) {
        for (QueuedCall late : line.overdue(now)) {
            line.remove(late);
            refuse(late);
        }
    }

    /** Removes and returns the call that begins next, or null. */
    private @Nullable QueuedCall take(long now) {
        boolean isOthersTurn = inARow >= IN_A_ROW;
        QueuedCall next = take(isOthersTurn ? others : first, now);
        if (next == null) {
            next = take(isOthersTurn ? first : others, now);
        }
        inARow = next != null && next.goesOn() ? inARow + 1 : 0;
        return next;
    }

    private @Nullable QueuedCall take(WaitingLine<QueuedCall> line, long now) {
        for (QueuedCall next = line.next(now); next != null; next = line.next(now)) {
            line.remove(next);
            if (!next.isOverdue(now)) {
                meters.waiting(-1);
                return next;
            }
            refuse(next);
        }
        return null;
    }

    /** Refuses a call that was removed from the queue because it is too late. */
    private void refuse(QueuedCall call) {
        meters.waiting(-1);
        boolean isLate = call.isPastDeadline(ticker.nanoTime());
        meters.dropped(isLate ? QueueMeters.Drop.LATE : QueueMeters.Drop.WAITED);
        refuse(call, isLate ? LATE : WAITED);
    }

    private static void refuse(QueuedCall call, String why) {
        guarded(() -> call.refuse(why));
    }

    /** Runs a task of one call, so that its failure does not affect other calls. */
    private static void guarded(Runnable task) {
        try {
            task.run();
        } catch (Throwable fault) {
            Faults.rethrowFatal(fault);
            LOG.atError().setCause(fault).log("a call failed unexpectedly when it began or was refused");
        }
    }
}
