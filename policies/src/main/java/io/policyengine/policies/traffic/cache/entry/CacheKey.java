package io.policyengine.policies.traffic.cache.entry;

import io.policyengine.policies.shared.digest.KeyDigest;

/**
 * The slots of the store in which the cache looks up a request.
 *
 * @param resource slot of the resource's last invalidation, common to all partitions
 * @param answers slot of the resource's responses for one partition
 */
public record CacheKey(String resource, String answers) {
    /** Returns the slot of a resource, which is determined by the normal form of its path. */
    public static String resource(String scheme, String authority, String path) {
        return "u" + new KeyDigest().add(scheme).add(authority).add(path).text();
    }
}
