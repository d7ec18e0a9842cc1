package io.policyengine.worker.environment;

import io.micrometer.core.instrument.MeterRegistry;
import io.policyengine.core.capacity.Capacity;
import io.policyengine.core.exchange.ExchangeValues;
import io.policyengine.core.metrics.WorkerMetric;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.ToLongFunction;

/**
 * The meters of values that policies keep for exchanges, and of the capacities for them. They are bounded by the
 * declared policies, each of which names a few in its code, and are never removed since the values outlive entries.
 * Thread-safe.
 */
final class ExchangeMeters {
    private final MeterRegistry registry;
    private final ConcurrentHashMap<Kept, ExchangeValues.Count> counts = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<Kept, Queue<Capacity>> capacities = new ConcurrentHashMap<>();

    private record Kept(String policy, String name) {}

    ExchangeMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    /** Returns the count of a name's values, the same for each entry. */
    ExchangeValues.Count count(String policy, String name) {
        return counts.computeIfAbsent(new Kept(policy, name), _ -> {
            ExchangeValues.Count count = new ExchangeValues.Count();
            WorkerMetric.EXCHANGE_VALUES.gauge(registry, count.kept()::sum, policy, name);
            WorkerMetric.EXCHANGE_VALUES_REFUSED.counter(registry, count.refused(), LongAdder::sum, policy, name);
            return count;
        });
    }

    /** Creates a capacity, which is measured together with others of its name until it is closed. */
    MeasuredCapacity capacity(String policy, String name, long bytes) {
        Queue<Capacity> all = capacities.computeIfAbsent(new Kept(policy, name), _ -> {
            Queue<Capacity> measured = new ConcurrentLinkedQueue<>();
            WorkerMetric.CAPACITY_TAKEN.gauge(registry, () -> sum(measured, Capacity::taken), policy, name);
            WorkerMetric.CAPACITY.gauge(registry, () -> sum(measured, Capacity::limit), policy, name);
            return measured;
        });
        Capacity capacity = new Capacity(bytes);
        all.add(capacity);
        return new MeasuredCapacity(capacity, all);
    }

    private static long sum(Queue<Capacity> capacities, ToLongFunction<Capacity> of) {
        return capacities.stream().mapToLong(of).sum();
    }

    /** A measured capacity; closing it ends the measurement. */
    record MeasuredCapacity(Capacity capacity, Queue<Capacity> all) implements AutoCloseable {
        @Override
        public void close() {
            all.remove(capacity);
        }
    }
}
