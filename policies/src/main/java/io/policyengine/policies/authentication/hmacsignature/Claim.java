package io.policyengine.policies.authentication.hmacsignature;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A signature as a request presents it, of which nothing is proved yet.
 *
 * @param covered the components that it says it covers
 * @param algorithm the name that it gives for its algorithm, or null
 * @param created the time at which it says it was made, in seconds since 1970, or null
 * @param expires the time at which it says it ends, or null
 * @param tag what it says it is for, or null
 * @param base the octets that were signed, as this request gives them; null if the request lacks something that is covered
 */
@SuppressWarnings("ArrayRecordComponent") // Claims are never compared, and nobody changes the octets.
record Claim(
        String keyId,
        List<Component> covered,
        @Nullable String algorithm,
        @Nullable Long created,
        @Nullable Long expires,
        @Nullable String nonce,
        @Nullable String tag,
        byte @Nullable [] base,
        byte[] signature) {

    /** True if it covers the component, by itself or as a part of another one. */
    boolean covers(Component component) {
        return covered.stream().anyMatch(each -> each.covers(component));
    }
}
