package io.policyengine.admin.stats;

import io.policyengine.admin.view.StatsView.Quantiles;
import io.policyengine.core.metrics.Distribution;
import io.policyengine.core.metrics.EngineMetric;
import io.policyengine.core.metrics.EngineRegistry;
import io.policyengine.core.metrics.KernelMetric;
import io.policyengine.core.time.Ticker;
import io.policyengine.kernel.metrics.KernelMeters;
import io.policyengine.kernel.recorder.Outcome;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The figures of the whole engine, read once in each {@link #PERIOD}. The admin page can thus show charts of the last
 * minutes as soon as it is opened. Each reading uses one counter per outcome, and at most {@value #MAX_SERIES} series
 * of durations. At most {@value #MAX_READINGS} readings are kept, each with four quantiles. Of the distributions, only
 * the latest are kept. Confined to the kernel's event loop, except for {@link #takeBlocking}.
 */
final class RecentFigures {
    /** Time between two readings of the engine's figures for charts. */
    static final Duration PERIOD = Duration.ofSeconds(5);

    /** Maximum number of readings that are kept. */
    static final int MAX_READINGS = 60;

    /**
     * Maximum number of series, one for each route and worker, from which a reading takes the durations of worker
     * calls. With more series, readings have no durations of calls.
     */
    static final int MAX_SERIES = 200;

    private final EngineRegistry registry;
    private final Ticker ticker;
    private final Deque<Reading> readings = new ArrayDeque<>();
    private @Nullable Distribution lastCalls = Distribution.NONE;
    private Distribution lastLag = Distribution.NONE;

    /**
     * The figures at one time.
     *
     * @param exchanges counts by outcome
     * @param calls durations of worker calls since the previous reading, or null if there were none or too many series
     * @param loopLag delays of tasks on event loops since the previous reading, or null if there were none
     */
    record Reading(
            long nanos,
            SortedMap<String, Long> exchanges,
            @Nullable Quantiles calls,
            @Nullable Quantiles loopLag) {}

    /**
     * The values of the meters at one time.
     *
     * @param calls durations of worker calls, or null if they have too many series
     */
    record Values(
            long nanos,
            SortedMap<String, Long> exchanges,
            @Nullable Distribution calls,
            Distribution lag) {}

    RecentFigures(EngineRegistry registry, Ticker ticker) {
        this.registry = registry;
        this.ticker = ticker;
    }

    /** Keeps a first reading at the start of the process. */
    void start() {
        keep(new Values(ticker.nanoTime(), exchanges(), Distribution.NONE, Distribution.NONE));
    }

    /** Reads the values of the meters. Needs as much time as a scrape of a few series. */
    Values takeBlocking() {
        Distribution lag = registry.durations(EngineMetric.LOOP_LAG, "").getOrDefault("", Distribution.NONE);
        return new Values(ticker.nanoTime(), exchanges(), calls(), lag);
    }

    private @Nullable Distribution calls() {
        if (registry.series(KernelMetric.REQUEST_DURATION) > MAX_SERIES) {
            return null;
        }
        Map<String, Distribution> workers = registry.durations(KernelMetric.REQUEST_DURATION, "worker");
        workers.remove(KernelMeters.NO_WORKER);
        return workers.values().stream().reduce(Distribution.NONE, Distribution::and);
    }

    private SortedMap<String, Long> exchanges() {
        SortedMap<String, Long> exchanges = new TreeMap<>();
        for (Outcome outcome : Outcome.values()) {
            long count = (long)
                    KernelMetric.EXCHANGES.counter(registry, outcome.label()).count();
            exchanges.put(outcome.label(), count);
        }
        return exchanges;
    }

    /**
     * Keeps a reading: the counts of exchanges, and the durations and delays since the previous reading. At most
     * {@value #MAX_READINGS} readings are kept.
     */
    void keep(Values values) {
        if (readings.size() == MAX_READINGS) {
            readings.remove();
        }
        Distribution calls = values.calls();
        readings.add(new Reading(
                values.nanos(),
                values.exchanges(),
                calls == null || lastCalls == null ? null : Quantiles.of(calls.since(lastCalls)),
                Quantiles.of(values.lag().since(lastLag))));
        lastCalls = calls;
        lastLag = values.lag();
    }

    /** Returns the readings, oldest first. */
    List<Reading> all() {
        return List.copyOf(readings);
    }
}
