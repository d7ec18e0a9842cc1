package io.policyengine.worker.server;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.policyengine.core.metrics.WorkerMetric;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** The meters of waiting calls, for all event loops of a server. Thread-safe. */
final class QueueMeters {
    private final LongAdder waiting = new LongAdder();
    private final AtomicLong lastWait = new AtomicLong();
    private final Timer waits;
    private final Counter wasted;
    private final Map<Drop, Counter> dropped = new EnumMap<>(Drop.class);

    /** The reason why a call never began. */
    enum Drop {
        FULL,
        WAITED,
        LATE,
        CANCELLED
    }

    QueueMeters(MeterRegistry meters) {
        WorkerMetric.CALLS_WAITING.gauge(meters, waiting::sum);
        this.waits = WorkerMetric.CALL_WAIT.timer(meters);
        this.wasted = WorkerMetric.CALLS_WASTED.counter(meters);
        for (Drop reason : Drop.values()) {
            dropped.put(
                    reason,
                    WorkerMetric.CALLS_DROPPED.counter(meters, reason.name().toLowerCase(Locale.ROOT)));
        }
    }

    /** Adds to the number of waiting calls, or subtracts if {@code more} is negative. */
    void waiting(int more) {
        waiting.add(more);
    }

    void began(long waitedNanos) {
        lastWait.lazySet(waitedNanos);
        waits.record(Duration.ofNanos(waitedNanos));
    }

    void dropped(Drop reason) {
        Objects.requireNonNull(dropped.get(reason)).increment();
    }

    /** Counts a call that has run although its result is no longer needed. */
    void wasted() {
        wasted.increment();
    }

    /** Returns the number of waiting calls. */
    int waitingCalls() {
        return Math.clamp(waiting.sum(), 0, Integer.MAX_VALUE);
    }

    /** Returns the time that the most recently begun call had waited; zero if none waits. */
    Duration lastWait() {
        return waiting.sum() == 0 ? Duration.ZERO : Duration.ofNanos(lastWait.get());
    }
}
