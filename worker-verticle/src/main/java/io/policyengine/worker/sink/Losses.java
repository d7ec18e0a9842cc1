package io.policyengine.worker.sink;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.policyengine.core.log.LogFields;
import io.policyengine.core.metrics.WorkerMetric;
import io.policyengine.core.sink.LossReason;
import io.policyengine.core.time.Ticker;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts the lost records of a sink by reason. Logs the first loss at once, and further losses once per
 * {@link #INTERVAL}. Thread-safe.
 */
final class Losses {
    private static final Logger LOG = LoggerFactory.getLogger(Losses.class);
    private static final Duration INTERVAL = Duration.ofSeconds(10);
    private static final long NEVER = Long.MIN_VALUE;

    private final String sink;
    private final Ticker ticker;
    private final Map<LossReason, Counter> counters = new EnumMap<>(LossReason.class);
    private final Map<LossReason, AtomicLong> untold = new EnumMap<>(LossReason.class);
    private final AtomicLong unsealed = new AtomicLong();
    private final AtomicLong told = new AtomicLong(NEVER);

    Losses(String sink, Ticker ticker, MeterRegistry meters) {
        this.sink = sink;
        this.ticker = ticker;
        for (LossReason reason : LossReason.values()) {
            counters.put(reason, WorkerMetric.SINK_LOST.counter(meters, sink, reason.label()));
            untold.put(reason, new AtomicLong());
        }
    }

    void count(LossReason reason, int records) {
        Objects.requireNonNull(counters.get(reason)).increment(records);
        Objects.requireNonNull(untold.get(reason)).addAndGet(records);
        unsealed.addAndGet(records);
        tell();
    }

    /** Logs the losses that have not been logged yet, unless the last log line is recent. */
    void tell() {
        long last = told.get();
        long now = ticker.nanoTime();
        if ((last == NEVER || now - last >= INTERVAL.toNanos()) && told.compareAndSet(last, now)) {
            tellNow();
        }
    }

    void tellNow() {
        String reasons = untold.entrySet().stream()
                .map(of -> new Lost(of.getKey(), of.getValue().getAndSet(0)))
                .filter(lost -> lost.records() > 0)
                .map(lost -> lost.reason().label() + ": " + lost.records())
                .collect(Collectors.joining(", "));
        if (!reasons.isEmpty()) {
            LOG.atWarn()
                    .addKeyValue(LogFields.SINK, sink)
                    .addKeyValue(LogFields.REASON, reasons)
                    .log("a sink has lost records");
        }
    }

    /** Returns the number of records lost since the last call of this method. */
    long takeUnsealed() {
        return unsealed.getAndSet(0);
    }

    private record Lost(LossReason reason, long records) {}
}
