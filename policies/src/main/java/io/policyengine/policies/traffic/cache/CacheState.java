package io.policyengine.policies.traffic.cache;

import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.store.StoreException;
import io.policyengine.policies.traffic.cache.entry.Answers;
import io.policyengine.policies.traffic.cache.rules.Freshness;
import io.policyengine.policies.traffic.shared.keptanswer.CopyRoom;
import java.util.List;

/**
 * All that the parts on request and response of one entry share.
 *
 * @param targeted names of targeted fields, in lower case
 * @param defaults of freshness
 * @param budget of bytes that are on their way or held for an exchange
 */
record CacheState(
        CacheParams params,
        PolicyEnvironment env,
        Partition partition,
        List<String> targeted,
        Freshness.Defaults defaults,
        Answers answers,
        Exchanges exchanges,
        Flights flights,
        CopyRoom budget) {

    /** Most bytes of a body that is stored: no more than an answer from the store may have. */
    int maxBodyBytes() {
        return (int) Math.min(params.maxBodyBytes(), env.maxBodyBytes());
    }

    /** True if the store has not done what it was asked, so that {@code on_store_failure} is for it. */
    static boolean isMissing(Throwable cause) {
        return cause instanceof StoreException failure && failure.kind() != StoreException.Kind.CANCELLED;
    }
}
