package io.policyengine.admin.stats;

import io.policyengine.core.metrics.Distribution;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** The figures of one route, worker or policy, which are added up while a sample is taken. */
final class MeterFigures {
    private static final Set<String> NO_FAULT =
            Set.of("ok", "denied", "cancelled", "success", "skip_remaining", "skipped");

    final SortedMap<String, Long> verdicts = new TreeMap<>();

    /** The number of exchanges, counted only for routes. */
    long exchanges;

    Distribution durations = Distribution.NONE;

    void add(String verdict, double number) {
        verdicts.merge(verdict, (long) number, Long::sum);
    }

    long denied() {
        return verdicts.getOrDefault("denied", 0L);
    }

    /** Returns the number of results that are neither successes nor decisions of a policy. */
    long failed() {
        return verdicts.entrySet().stream()
                .filter(entry -> !NO_FAULT.contains(entry.getKey()))
                .mapToLong(entry -> entry.getValue())
                .sum();
    }

    Totals totals() {
        return new Totals(exchanges, denied(), failed());
    }

    /** Numbers of exchanges since the start, or within a period. */
    record Totals(long exchanges, long denied, long failed) {
        static final Totals NONE = new Totals(0, 0, 0);

        Totals since(Totals before) {
            return new Totals(
                    Math.max(0, exchanges - before.exchanges),
                    Math.max(0, denied - before.denied),
                    Math.max(0, failed - before.failed));
        }
    }
}
