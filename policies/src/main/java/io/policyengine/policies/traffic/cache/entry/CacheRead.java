package io.policyengine.policies.traffic.cache.entry;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The result of a lookup.
 *
 * @param now by the store's clock
 * @param names the fields by which the newest response varies, or null without a response
 * @param answer the matching response, or null
 */
public record CacheRead(
        long now, @Nullable List<String> names, @Nullable StoredResponse answer) {
    /** Returns a copy without a response whose body exceeds the limit; another instance may have a higher limit. */
    public CacheRead atMost(long maxBodyBytes) {
        return answer == null || answer.body().length() <= maxBodyBytes ? this : new CacheRead(now, names, null);
    }
}
