package io.policyengine.core.work.executor;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.policyengine.core.metrics.EngineMetric;
import io.policyengine.core.work.Lane;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The pieces of work of one lane. Changed only in the executor's steps; any thread may read the counts. */
final class LaneState {
    private final Lane lane;
    private final int threads;
    private final Set<QueuedWork<?>> waiting = new LinkedHashSet<>();
    private final Timer waits;
    private final Map<DropReason, Counter> dropped = new EnumMap<>(DropReason.class);

    private volatile int running;

    private volatile int queued;

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
        waits.record(Duration.ofNanos(now - piece.since()));
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // by one thread at a time
    void end() {
        running--;
    }

    void count(DropReason reason) {
        Objects.requireNonNull(dropped.get(reason)).increment();
    }

    /** Returns the piece that has waited longest, or null if there is none or the lane may not use another thread. */
    @Nullable
    QueuedWork<?> first() {
        return running < threads && !waiting.isEmpty() ? waiting.iterator().next() : null;
    }

    /**
     * Returns the claim of the lane's first piece to the next thread. It is the waiting time, multiplied by four for short work and by two for passwords. A flood in one lane thus cannot starve another. Claims of two lanes are
     * never equal.
     */
    long claim(QueuedWork<?> first, long now) {
        long waited = now - first.since();
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

    Iterable<QueuedWork<?>> takeOverdue(long now) {
        Set<QueuedWork<?>> overdue = new LinkedHashSet<>();
        Iterator<QueuedWork<?>> all = waiting.iterator();
        while (all.hasNext()) {
            QueuedWork<?> piece = all.next();
            if (piece.until() - now <= 0) {
                all.remove();
                overdue.add(piece);
            }
        }
        queued = waiting.size();
        return overdue;
    }
}
