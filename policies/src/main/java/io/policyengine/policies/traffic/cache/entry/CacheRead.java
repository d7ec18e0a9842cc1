package io.policyengine.policies.traffic.cache.entry;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The result of a lookup in the store of the cache.
 *
 * @param now time of the lookup by the store's clock
 * @param names fields by which the newest response varies; null if there is no response
 * @param answer the matching response, or null
 */
public record CacheRead(
        long now, @Nullable List<String> names, @Nullable StoredResponse answer) {
    /**
     * Returns this result, without the response if its body exceeds the limit: an instance with a higher limit may have
     * stored it.
     */
    public CacheRead atMost(long maxBodyBytes) {
        return answer == null || answer.body().length() <= maxBodyBytes ? this : new CacheRead(now, names, null);
    }
}
