package io.policyengine.policies.traffic.cache.entry;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The result of a read.
 *
 * @param now by the store's clock
 * @param names the fields by which the newest answer was chosen; null if there is none
 * @param answer the one that was asked for, or null
 */
public record Found(
        long now, @Nullable List<String> names, @Nullable StoredResponse answer) {
    /** The same, without an answer whose body is longer: one that an instance with another bound has stored. */
    public Found atMost(long maxBodyBytes) {
        return answer == null || answer.body().length() <= maxBodyBytes ? this : new Found(now, names, null);
    }
}
