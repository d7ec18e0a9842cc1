package io.policyengine.worker.environment;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.policyengine.core.log.LogFields;
import io.policyengine.core.log.LogThrottle;
import io.policyengine.core.metrics.WorkerMetric;
import io.policyengine.core.store.local.StorePressure;
import io.policyengine.core.time.Ticker;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts and logs the values that stores in memory refuse or drop because their memory is used up. Values are counted
 * per policy; each store logs at most one line per minute.
 */
final class LocalStoreMeters {
    private static final Logger LOG = LoggerFactory.getLogger(LocalStoreMeters.class);
    private static final Duration PAUSE = Duration.ofMinutes(1);

    private final MeterRegistry registry;
    private final Ticker ticker;

    LocalStoreMeters(MeterRegistry registry, Ticker ticker) {
        this.registry = registry;
        this.ticker = ticker;
    }

    /** Returns the receiver of reports from a store whose memory is used up. */
    StorePressure of(NamedStates.Key owner) {
        return new Meters(
                owner,
                WorkerMetric.LOCAL_STORE_REFUSED.counter(registry, owner.policy()),
                WorkerMetric.LOCAL_STORE_DROPPED.counter(registry, owner.policy()),
                new LogThrottle(ticker, PAUSE));
    }

    private record Meters(NamedStates.Key owner, Counter refusals, Counter drops, LogThrottle throttle)
            implements StorePressure {
        @Override
        public void refused() {
            refusals.increment();
            throttle.admit()
                    .ifPresent(leftOut -> LOG.atWarn()
                            .addKeyValue(LogFields.ROUTE_NAME, owner.route())
                            .addKeyValue(LogFields.ENTRY, owner.entry())
                            .addKeyValue(LogFields.POLICY, owner.policy())
                            .addKeyValue(LogFields.LEFT_OUT, leftOut)
                            .log("the store local has no room for a value that must not be evicted, or the client's"
                                    + " share of the store is used up: the request is denied. Raise the entry's"
                                    + " max_bytes or the heap (POLICY_ENGINE_HEAP), shorten ttl_s, or use a"
                                    + " shared store"));
        }

        @Override
        public void dropped(int values) {
            drops.increment(values);
        }
    }
}
