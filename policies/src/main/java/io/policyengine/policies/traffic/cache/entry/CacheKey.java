package io.policyengine.policies.traffic.cache.entry;

import io.policyengine.policies.traffic.shared.keptanswer.KeyDigest;

/**
 * Slots of the store for a request.
 *
 * @param resource of the resource, whoever asks: its mark
 * @param answers of the resource for one partition: what is stored for it
 */
public record CacheKey(String resource, String answers) {
    /** The slot of a resource. */
    public static String resource(String scheme, String authority, String path) {
        return "u" + new KeyDigest().add(scheme).add(authority).add(path).text();
    }
}
