package io.policyengine.core.work.executor;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.policyengine.core.metrics.EngineMetric;
import io.policyengine.core.work.Lane;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The waiting and running pieces of work of one lane. Changed only in the executor's steps; any thread may read the
 * counts.
 */
final class LaneState {
    /** Maximum number of pieces in a row that belong to calls whose earlier work is done, while other pieces wait. */
    private static final int IN_A_ROW = 4;

    private final Lane lane;
    private final int threads;
    /** The pieces of calls whose earlier work is done. */
    private final WaitingLine<QueuedWork<?>> further = new WaitingLine<>();

    private final WaitingLine<QueuedWork<?>> others = new WaitingLine<>();
    /** The number of further pieces that have begun in a row. */
    private int inARow;

    private final Timer waits;
    private final Map<DropReason, Counter> dropped = new EnumMap<>(DropReason.class);

    private volatile int running;

    private volatile int queued;

    private volatile long lastWait;

    LaneState(Lane lane, WorkLimits limits, MeterRegistry meters) {
        this.lane = lane;
        this.threads = switch (lane) {
            case SHORT -> limits.threads();
            case LONG -> Math.max(1, limits.threads() - 1);
            case PASSWORDS -> limits.passwordThreads();
        };
        this.waits = EngineMetric.WORK_WAIT.timer(meters, lane.label());
        for (DropReason reason : DropReason.values()) {
            dropped.put(reason, EngineMetric.WORK_DROPPED.counter(meters, lane.label(), reason.label()));
        }
        EngineMetric.WORK_QUEUED.gauge(meters, () -> queued, lane.label());
        EngineMetric.WORK_RUNNING.gauge(meters, () -> running, lane.label());
    }

    void add(QueuedWork<?> piece) {
        lineOf(piece).add(piece);
        queued = further.size() + others.size();
    }

    /** Removes a waiting piece. Returns false if the piece is not waiting. */
    boolean remove(QueuedWork<?> piece) {
        boolean waited = lineOf(piece).remove(piece);
        queued = further.size() + others.size();
        return waited;
    }

    private WaitingLine<QueuedWork<?>> lineOf(QueuedWork<?> piece) {
        return piece.goesOn() ? further : others;
    }

    /** Removes a piece from the queue and counts it as running. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // by one thread at a time
    void begin(QueuedWork<?> piece, long now) {
        remove(piece);
        inARow = piece.goesOn() ? inARow + 1 : 0;
        running++;
        lastWait = now - piece.since();
        waits.record(Duration.ofNanos(lastWait));
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // by one thread at a time
    void end() {
        running--;
    }

    void count(DropReason reason) {
        Objects.requireNonNull(dropped.get(reason)).increment();
    }

    /**
     * Returns the piece of work that is next, or null if there is none or the lane may not use another thread. A piece
     * that waits for memory remains next, even under pressure. The returned piece may be overdue.
     */
    @Nullable
    QueuedWork<?> first(long now) {
        if (running >= threads) {
            return null;
        }
        QueuedWork<?> passed = passed(others.oldest());
        if (passed == null) {
            passed = passed(further.oldest());
        }
        if (passed != null) {
            return passed;
        }
        boolean isOthersTurn = further.size() == 0 || (inARow >= IN_A_ROW && others.size() > 0);
        return (isOthersTurn ? others : further).next(now);
    }

    private static @Nullable QueuedWork<?> passed(@Nullable QueuedWork<?> oldest) {
        return oldest != null && oldest.passed() > 0 ? oldest : null;
    }

    /**
     * Returns the priority of the lane for the next free thread: the waiting time of its oldest piece, multiplied by
     * four for short work and by two for passwords. Thus a flood in one lane cannot starve another. Two lanes never
     * have equal priority.
     */
    long claim(long now) {
        long waited = Math.max(waited(others.oldest(), now), waited(further.oldest(), now));
        return switch (lane) {
            case SHORT -> 12 * waited + 2;
            case PASSWORDS -> 6 * waited + 1;
            case LONG -> 3 * waited;
        };
    }

    private static long waited(@Nullable QueuedWork<?> oldest, long now) {
        return oldest == null ? 0 : now - oldest.since();
    }

    int queued() {
        return queued;
    }

    boolean isEmpty() {
        return queued == 0;
    }

    /** Returns the time, in nanoseconds, that the most recently begun piece had waited; 0 if none waits. */
    long lastWait() {
        return queued == 0 ? 0 : lastWait;
    }

    List<QueuedWork<?>> overdue(long now) {
        List<QueuedWork<?>> overdue = new ArrayList<>(further.overdue(now));
        overdue.addAll(others.overdue(now));
        return overdue;
    }
}
