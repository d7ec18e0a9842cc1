package io.policyengine.worker.environment;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.policyengine.core.metrics.WorkerMetric;
import io.policyengine.core.policy.CacheMeter;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The meters of policies' caches. The number of meters is bounded, since each policy has only a few caches. Meters are
 * never removed, since caches outlive entries. Thread-safe.
 */
final class CacheMeters {
    private final MeterRegistry registry;
    private final ConcurrentHashMap<Cache, CacheMeter> known = new ConcurrentHashMap<>();

    private record Cache(String policy, String name) {}

    CacheMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    CacheMeter of(String policy, String cache) {
        return known.computeIfAbsent(
                new Cache(policy, cache),
                _ -> new Counts(
                        counter(policy, cache, "hit"),
                        counter(policy, cache, "stale"),
                        counter(policy, cache, "miss")));
    }

    private Counter counter(String policy, String cache, String outcome) {
        return WorkerMetric.CACHE_LOOKUPS.counter(registry, policy, cache, outcome);
    }

    private record Counts(Counter hits, Counter stales, Counter misses) implements CacheMeter {
        @Override
        public void hit() {
            hits.increment();
        }

        @Override
        public void stale() {
            stales.increment();
        }

        @Override
        public void miss() {
            misses.increment();
        }
    }
}
