package io.policyengine.policies.traffic.cache;

import io.policyengine.core.capacity.Capacity;
import io.policyengine.core.policy.PerExchange;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.store.StoreException;
import io.policyengine.policies.traffic.cache.entry.Answers;
import io.policyengine.policies.traffic.cache.rules.Freshness;
import java.util.List;

/**
 * The common state of an entry's request and response phase.
 *
 * @param budget of bytes in transit or held for an exchange
 */
record CacheState(
        CacheParams params,
        PolicyEnvironment env,
        Partition partition,
        FreshnessRules freshness,
        Answers answers,
        PerExchange<Fetch> fetches,
        Flights flights,
        Capacity budget) {
    /**
     * The rules by which the freshness of an answer is told.
     *
     * @param targeted names of targeted fields, in lower case
     * @param defaults where an answer says nothing
     */
    record FreshnessRules(List<String> targeted, Freshness.Defaults defaults) {}

    /** The metadata key of what became of a request: the reason why it bypassed the cache, or {@link #FETCHED}. */
    static final String KEY = "cache.exchange";

    /** The value under the key of a request whose answer the cache awaits. */
    static final String FETCHED = "fetched";

    /** The limit of a stored body in bytes: that of an immediate response. */
    int maxBodyBytes() {
        return (int) Math.min(params.maxBodyBytes(), env.maxBodyBytes());
    }

    /** True if the store has not done what it was asked, so that {@code on_store_failure} is for it. */
    static boolean isMissing(Throwable cause) {
        return cause instanceof StoreException failure && failure.kind() != StoreException.Kind.CANCELLED;
    }
}
