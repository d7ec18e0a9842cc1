package io.policyengine.admin.stats;

import io.policyengine.core.metrics.EngineRegistry;
import io.policyengine.core.metrics.KernelMetric;
import io.policyengine.core.time.Ticker;
import io.policyengine.kernel.recorder.Outcome;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The counts of exchanges by outcome, read once in each {@link #PERIOD}. The admin page can thus show the last minutes
 * as soon as it is opened. A reading looks up one counter per outcome, regardless of the number of routes. At most
 * {@value #MAX_READINGS} readings are kept. Confined to the kernel's event loop.
 */
final class RecentOutcomes {
    /** Time between two readings of the counts of exchanges. */
    static final Duration PERIOD = Duration.ofSeconds(5);

    /** Maximum number of readings that are kept. */
    static final int MAX_READINGS = 60;

    private final EngineRegistry registry;
    private final Ticker ticker;
    private final Deque<Reading> readings = new ArrayDeque<>();

    /** The counts of exchanges by outcome at one time. */
    record Reading(long nanos, SortedMap<String, Long> exchanges) {}

    RecentOutcomes(EngineRegistry registry, Ticker ticker) {
        this.registry = registry;
        this.ticker = ticker;
    }

    void read() {
        SortedMap<String, Long> exchanges = new TreeMap<>();
        for (Outcome outcome : Outcome.values()) {
            long count = (long)
                    KernelMetric.EXCHANGES.counter(registry, outcome.label()).count();
            exchanges.put(outcome.label(), count);
        }
        if (readings.size() == MAX_READINGS) {
            readings.remove();
        }
        readings.add(new Reading(ticker.nanoTime(), exchanges));
    }

    /** Returns the readings of the counts of exchanges, oldest first. */
    List<Reading> all() {
        return List.copyOf(readings);
    }
}
