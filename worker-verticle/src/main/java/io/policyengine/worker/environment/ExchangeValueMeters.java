package io.policyengine.worker.environment;

import io.micrometer.core.instrument.MeterRegistry;
import io.policyengine.core.capacity.Capacity;
import io.policyengine.core.exchange.ExchangeValues;
import io.policyengine.core.metrics.WorkerMetric;
import io.policyengine.core.policy.ResizableState;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.ToLongFunction;

/**
 * The meters of values that policies keep for exchanges, and of the capacities for these values. The number of meters
 * is bounded, since each policy has only a few. Meters are never removed, since values outlive entries. Thread-safe.
 */
final class ExchangeValueMeters {
    private final MeterRegistry registry;
    private final ConcurrentHashMap<Kept, ExchangeValues.Count> counts = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<Kept, Queue<Capacity>> capacities = new ConcurrentHashMap<>();

    private record Kept(String policy, String name) {}

    ExchangeValueMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    /** Returns the counter of a policy's values with this name. All entries of the policy share the counter. */
    ExchangeValues.Count count(String policy, String name) {
        return counts.computeIfAbsent(new Kept(policy, name), _ -> {
            ExchangeValues.Count count = new ExchangeValues.Count();
            WorkerMetric.EXCHANGE_VALUES.gauge(registry, count.kept()::sum, policy, name);
            WorkerMetric.EXCHANGE_VALUES_REFUSED.counter(registry, count.refused(), LongAdder::sum, policy, name);
            return count;
        });
    }

    /** Creates a capacity. Until it is closed, it is measured together with all capacities of the same name. */
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

    /** A capacity that is measured until it is closed. If it shrinks, bytes that are in use stay in use. */
    record MeasuredCapacity(Capacity capacity, Queue<Capacity> all) implements AutoCloseable, ResizableState {
        @Override
        public long resize(long maxBytes) {
            capacity.resize(maxBytes);
            return Math.max(maxBytes, capacity.taken());
        }

        @Override
        public void close() {
            all.remove(capacity);
        }
    }
}
