package io.policyengine.worker.server;

import io.policyengine.core.error.Faults;
import io.policyengine.core.time.Ticker;
import io.policyengine.core.work.executor.WaitingLine;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The calls of one event loop that have arrived but not begun. The loop first reads all bytes that have arrived on its
 * connections, and then begins calls for a short time. So the cancellation of a call takes effect before the call
 * begins, even if other calls were sent in between. Calls beyond the maximum length are refused, and so are calls that
 * could not begin in the first half of their time. Calls of the response phase begin first, then chunks of bodies, and
 * then requests. No kind waits while earlier kinds use the loop for more than {@link #TURN}. If the queue is full, the
 * last request in this order is refused. An unexpected failure of one call does not delay other calls. Confined to the
 * event loop.
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
     * The nanoseconds for which calls of earlier kinds may use the loop while a call of a later kind waits. A single
     * exchange may have any number of chunks. Calls are not counted, because many are much shorter than others.
     */
    private static final long TURN = Duration.ofMillis(20).toNanos();

    private final Ticker ticker;
    private final Executor afterReading;
    private final int maxWaiting;
    private final QueueMeters meters;
    private final List<Line> lines =
            Arrays.stream(QueuedCall.Kind.values()).map(Line::new).toList();
    private boolean isTurnAhead;

    /** The waiting calls of one kind. */
    private static final class Line {
        private final QueuedCall.Kind kind;
        private final WaitingLine<QueuedCall> calls = new WaitingLine<>();
        /** The nanoseconds for which calls of earlier kinds have used the loop while these calls waited. */
        private long passed;

        Line(QueuedCall.Kind kind) {
            this.kind = kind;
        }
    }

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
     * refuses the request that would begin last. Without a waiting request, the new call is refused.
     */
    void add(QueuedCall call) {
        if (size() >= maxWaiting) {
            refuseOverdue(ticker.nanoTime());
        }
        if (size() >= maxWaiting && !makesRoomFor(call)) {
            meters.dropped(QueueMeters.Drop.FULL);
            refuse(call, FULL);
            return;
        }
        lineOf(call).calls.add(call);
        meters.waiting(1);
        awaitTurn();
    }

    /** Refuses a waiting request that would begin after the new call. Returns false if none would. */
    private boolean makesRoomFor(QueuedCall call) {
        WaitingLine<QueuedCall> requests = lines.getLast().calls;
        long now = ticker.nanoTime();
        QueuedCall last = requests.last(now);
        if (last == null || (call.kind() == QueuedCall.Kind.REQUEST && !requests.isPressed(now))) {
            return false;
        }
        requests.remove(last);
        meters.waiting(-1);
        meters.dropped(QueueMeters.Drop.FULL);
        refuse(last, FULL);
        return true;
    }

    /** Removes a call whose result is no longer needed. Returns false if it does not wait. */
    boolean cancel(QueuedCall call) {
        boolean waited = lineOf(call).calls.remove(call);
        if (waited) {
            meters.waiting(-1);
            meters.dropped(QueueMeters.Drop.CANCELLED);
        }
        return waited;
    }

    private int size() {
        int size = 0;
        for (int i = 0; i < lines.size(); i++) {
            size += lines.get(i).calls.size();
        }
        return size;
    }

    private Line lineOf(QueuedCall call) {
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).kind == call.kind()) {
                return lines.get(i);
            }
        }
        throw new IllegalStateException("every kind has a line");
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
                long ended = ticker.nanoTime();
                passOver(next.kind(), ended - now);
                now = ended;
            }
        } finally {
            if (size() > 0) {
                awaitTurn();
            }
        }
    }

    private void refuseOverdue(long now) {
        lines.forEach(line -> refuseOverdue(line.calls, now));
    }

    private void refuseOverdue(WaitingLine<QueuedCall> line, long now) {
        for (QueuedCall late : line.overdue(now)) {
            line.remove(late);
            refuse(late);
        }
    }

    /** Removes and returns the call that begins next, or null. */
    private @Nullable QueuedCall take(long now) {
        for (int kind = lines.size() - 1; kind > 0; kind--) {
            QueuedCall passedOver = lines.get(kind).passed >= TURN ? take(lines.get(kind).calls, now) : null;
            if (passedOver != null) {
                return passedOver;
            }
        }
        for (int kind = 0; kind < lines.size(); kind++) {
            QueuedCall next = take(lines.get(kind).calls, now);
            if (next != null) {
                return next;
            }
        }
        return null;
    }

    /** Records that a call has used the loop while calls of later kinds may have waited. */
    private void passOver(QueuedCall.Kind begun, long nanos) {
        boolean isLater = false;
        for (int i = 0; i < lines.size(); i++) {
            Line line = lines.get(i);
            if (line.kind == begun) {
                line.passed = 0;
                isLater = true;
            } else if (isLater) {
                line.passed = line.calls.size() == 0 ? 0 : line.passed + nanos;
            }
        }
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
