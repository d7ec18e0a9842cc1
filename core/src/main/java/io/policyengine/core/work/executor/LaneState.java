package io.policyengine.core.work.executor;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.policyengine.core.metrics.EngineMetric;
import io.policyengine.core.work.Lane;
import java.time.Duration;
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
    private final Lane lane;
    private final int threads;
    private final WaitingLine<QueuedWork<?>> waiting = new WaitingLine<>();
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
        waiting.add(piece);
        queued = waiting.size();
    }

    /** Removes a waiting piece. Returns false if the piece is not waiting. */
    boolean remove(QueuedWork<?> piece) {
        boolean waited = waiting.remove(piece);
        queued = waiting.size();
        return waited;
    }

    /** Removes a piece from the queue and counts it as running. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // by one thread at a time
    void begin(QueuedWork<?> piece, long now) {
        remove(piece);
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
        QueuedWork<?> oldest = waiting.oldest();
        return oldest == null || oldest.passed() > 0 ? oldest : waiting.next(now);
    }

    /**
     * Returns the priority of the lane for the next free thread: the waiting time of its oldest piece, multiplied by
     * four for short work and by two for passwords. Thus a flood in one lane cannot starve another. Two lanes never
     * have equal priority.
     */
    long claim(long now) {
        QueuedWork<?> oldest = waiting.oldest();
        long waited = oldest == null ? 0 : now - oldest.since();
        return switch (lane) {
            case SHORT -> 12 * waited + 2;
            case PASSWORDS -> 6 * waited + 1;
            case LONG -> 3 * waited;
        };
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
        return waiting.overdue(now);
    }
}
