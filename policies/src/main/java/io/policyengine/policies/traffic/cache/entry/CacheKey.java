package io.policyengine.policies.traffic.cache.entry;

import io.policyengine.policies.traffic.shared.storedresponse.KeyDigest;

/**
 * The slots of the store for a request.
 *
 * @param resource of the resource for all partitions: its mark
 * @param answers of the resource for one partition: its responses
 */
public record CacheKey(String resource, String answers) {
    /** The slot of a resource. */
    public static String resource(String scheme, String authority, String path) {
        return "u" + new KeyDigest().add(scheme).add(authority).add(path).text();
    }
}
