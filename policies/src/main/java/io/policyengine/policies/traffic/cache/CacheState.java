package io.policyengine.policies.traffic.cache;

import io.policyengine.core.capacity.Capacity;
import io.policyengine.core.policy.PerExchange;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.store.StoreException;
import io.policyengine.policies.traffic.cache.entry.Answers;
import io.policyengine.policies.traffic.cache.rules.Freshness;
import java.util.List;

/**
 * The common state of an entry's request and response phases.
 *
 * @param budget bytes in transit or held for an exchange
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
     * The rules for the freshness of a response.
     *
     * @param targeted names of targeted fields, in lower case
     * @param defaults times that apply if a response states none
     */
    record FreshnessRules(List<String> targeted, Freshness.Defaults defaults) {}

    /** The metadata key under which the request phase stores why a request bypassed the cache, or {@link #FETCHED}. */
    static final String KEY = "cache.exchange";

    /** The metadata value of a request whose response the cache awaits. */
    static final String FETCHED = "fetched";

    /**
     * Returns the maximum length of a stored body, in bytes: at most what the engine can send in an immediate response.
     */
    int maxBodyBytes() {
        return (int) Math.min(params.maxBodyBytes(), env.maxBodyBytes());
    }

    /**
     * Returns whether {@code on_store_failure} applies. It applies to overload of the store too, since a request that
     * bypasses the cache evades no policy.
     */
    static boolean isMissing(Throwable cause) {
        return cause instanceof StoreException failure
                && (failure.isOfStore() || failure.kind() == StoreException.Kind.OVERLOADED);
    }
}
