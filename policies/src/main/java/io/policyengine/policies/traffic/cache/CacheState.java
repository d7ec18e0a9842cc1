package io.policyengine.policies.traffic.cache;

import io.policyengine.core.capacity.Capacity;
import io.policyengine.core.policy.PerExchange;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.store.StoreException;
import io.policyengine.policies.traffic.cache.entry.Answers;
import io.policyengine.policies.traffic.cache.rules.Freshness;
import java.util.List;

/**
 * The state that the request and response phases of {@code cache} share.
 *
 * @param budget budget for the bytes that running exchanges hold
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

    /** The metadata key for {@link #FETCHED}, or for the reason why a request bypassed the cache. */
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
     * Returns whether {@code on_store_failure} applies to a failure. It also applies to overload of the store, since no
     * policy is evaded by bypassing the cache.
     */
    static boolean isMissing(Throwable cause) {
        return cause instanceof StoreException failure
                && (failure.isOfStore() || failure.kind() == StoreException.Kind.OVERLOADED);
    }
}
