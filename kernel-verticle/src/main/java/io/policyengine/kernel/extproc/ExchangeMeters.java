package io.policyengine.kernel.extproc;

import io.micrometer.core.instrument.Counter;
import io.policyengine.core.http.PathFault;
import io.policyengine.kernel.metrics.KernelMeters;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/** Counts how exchanges end, and what is wrong with their paths. */
final class ExchangeMeters {
    private final Map<Outcome, Counter> counters = new EnumMap<>(Outcome.class);

    private final Map<PathFault, Counter> pathsRefused = new EnumMap<>(PathFault.class);

    ExchangeMeters(KernelMeters meters) {
        for (Outcome outcome : Outcome.values()) {
            counters.put(outcome, meters.exchanges(outcome.label()));
        }
        for (PathFault fault : PathFault.values()) {
            pathsRefused.put(fault, meters.pathsRefused(fault.text()));
        }
    }

    void pathRefused(PathFault fault) {
        Objects.requireNonNull(pathsRefused.get(fault)).increment();
    }

    void count(Outcome outcome) {
        Objects.requireNonNull(counters.get(outcome)).increment();
    }
}
