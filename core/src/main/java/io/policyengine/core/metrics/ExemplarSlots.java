package io.policyengine.core.metrics;

import io.micrometer.core.instrument.Clock;
import io.prometheus.metrics.model.snapshots.Exemplar;
import io.prometheus.metrics.model.snapshots.Exemplars;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * The exemplars of one series of durations: one recent value per bucket, with the ids of its trace. A bucket accepts a
 * new value at most once per second. Thread-safe without locks; of two concurrent values, only one is kept.
 */
final class ExemplarSlots {
    private static final HexFormat HEX = HexFormat.of();
    private static final long INTERVAL = TimeUnit.SECONDS.toNanos(1);

    private final long[] bounds;
    private final Clock clock;
    private final AtomicReferenceArray<Traced> newest;

    /** A value with the ids of its trace. {@code takenAt} is in monotonic time, {@code millis} in wall-clock time. */
    private record Traced(long nanos, long traceHigh, long traceLow, long span, long takenAt, long millis) {
        Exemplar exemplar() {
            return Exemplar.builder()
                    .value(nanos / 1e9)
                    .traceId(HEX.toHexDigits(traceHigh) + HEX.toHexDigits(traceLow))
                    .spanId(HEX.toHexDigits(span))
                    .timestampMillis(millis)
                    .build();
        }
    }

    /**
     * Creates empty slots.
     *
     * @param bounds upper bounds of all buckets but the last, in nanoseconds, ascending
     */
    ExemplarSlots(long[] bounds, Clock clock) {
        this.bounds = bounds;
        this.clock = clock;
        this.newest = new AtomicReferenceArray<>(bounds.length + 1);
    }

    /** Keeps the value as an exemplar if its bucket has none, or one that is older than a second. */
    void offer(long nanos, TraceIds trace) {
        int bucket = 0;
        while (bucket < bounds.length && nanos > bounds[bucket]) {
            bucket++;
        }
        long now = clock.monotonicTime();
        Traced known = newest.get(bucket);
        if (known == null || now - known.takenAt() >= INTERVAL) {
            newest.set(
                    bucket,
                    new Traced(nanos, trace.traceHigh(), trace.traceLow(), trace.span(), now, clock.wallTime()));
        }
    }

    Exemplars exemplars() {
        List<Exemplar> exemplars = new ArrayList<>();
        for (int i = 0; i < newest.length(); i++) {
            Traced known = newest.get(i);
            if (known != null) {
                exemplars.add(known.exemplar());
            }
        }
        return Exemplars.of(exemplars);
    }
}
