package io.policyengine.admin.stats;

import io.policyengine.core.metrics.Distribution;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** The figures of one route, worker or policy, while a sample is taken. */
final class MeterFigures {
    private static final Set<String> NO_FAULT =
            Set.of("ok", "denied", "cancelled", "success", "skip_remaining", "skipped");

    /** Calls or runs by how they ended. */
    final SortedMap<String, Long> verdicts = new TreeMap<>();

    /** Exchanges; of routes only. */
    long exchanges;

    Distribution durations = Distribution.NONE;

    void add(String verdict, double number) {
        verdicts.merge(verdict, (long) number, Long::sum);
    }

    long denied() {
        return verdicts.getOrDefault("denied", 0L);
    }

    /** The number of exchanges that ended neither successfully nor by a policy's decision. */
    long failed() {
        return verdicts.entrySet().stream()
                .filter(entry -> !NO_FAULT.contains(entry.getKey()))
                .mapToLong(entry -> entry.getValue())
                .sum();
    }

    /** The numbers by which routes are put in order. */
    Totals totals() {
        return new Totals(exchanges, denied(), failed());
    }

    /** Numbers since the start, or within a time. */
    record Totals(long exchanges, long denied, long failed) {
        static final Totals NONE = new Totals(0, 0, 0);

        /** The difference to earlier ones. */
        Totals since(Totals before) {
            return new Totals(
                    Math.max(0, exchanges - before.exchanges),
                    Math.max(0, denied - before.denied),
                    Math.max(0, failed - before.failed));
        }
    }
}
