package io.policyengine.kernel.extproc;

import io.micrometer.core.instrument.Counter;
import io.policyengine.kernel.metrics.KernelMeters;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/** Counts how exchanges end. */
final class ExchangeMeters {
    private final Map<Outcome, Counter> counters = new EnumMap<>(Outcome.class);

    ExchangeMeters(KernelMeters meters) {
        for (Outcome outcome : Outcome.values()) {
            counters.put(outcome, meters.exchanges(outcome.label()));
        }
    }

    void count(Outcome outcome) {
        Objects.requireNonNull(counters.get(outcome)).increment();
    }
}
