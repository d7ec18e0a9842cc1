package io.policyengine.policies.authentication.hmacsignature.component;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An unverified signature of a request.
 *
 * @param covered components that the signature covers
 * @param base signature base of this request; null if a covered component is missing
 */
@SuppressWarnings("ArrayRecordComponent") // Claims are never compared, and the octets never modified.
public record Claim(
        String keyId,
        List<SignatureComponent> covered,
        SignatureParameters parameters,
        byte @Nullable [] base,
        byte[] signature) {
    /**
     * The parameters of a signature (RFC 9421 §2.3) without its key.
     *
     * @param algorithm the stated algorithm, or null
     * @param created the stated creation time in seconds since 1970, or null
     * @param expires the stated expiry in seconds since 1970, or null
     * @param tag the stated purpose, or null
     */
    public record SignatureParameters(
            @Nullable String algorithm,
            @Nullable Long created,
            @Nullable Long expires,
            @Nullable String nonce,
            @Nullable String tag) {}

    /** Returns whether the signature covers the component, directly or as a part of another component. */
    public boolean covers(SignatureComponent component) {
        return covered.stream().anyMatch(each -> each.covers(component));
    }
}
