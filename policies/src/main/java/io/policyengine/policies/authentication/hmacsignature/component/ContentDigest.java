package io.policyengine.policies.authentication.hmacsignature.component;

import io.policyengine.core.http.RequestView;
import io.policyengine.policies.format.structuredfields.BareItem;
import io.policyengine.policies.format.structuredfields.Item;
import io.policyengine.policies.format.structuredfields.MalformedFieldException;
import io.policyengine.policies.format.structuredfields.Member;
import io.policyengine.policies.format.structuredfields.StructuredFields;
import io.vertx.core.buffer.Buffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The digests of a request's body (RFC 9530 §2) by safe algorithms. There is at least one, and all must match the body.
 *
 * @param byAlgorithm digest octets by the JDK's algorithm name
 */
public record ContentDigest(Map<String, byte[]> byAlgorithm) {
    /** The algorithms that the registry lists as active (RFC 9530 §5), with their names in the JDK. */
    private static final Map<String, String> ALGORITHMS = Map.of("sha-256", "SHA-256", "sha-512", "SHA-512");

    /** Returns whether the request needs a digest, that is, has a non-empty body. */
    public static boolean isDemanded(RequestView request) {
        Buffer body = request.body();
        return body != null && body.length() > 0;
    }

    /** Parses the field's values; returns null if they are malformed, or hold no digest by a safe algorithm. */
    public static @Nullable ContentDigest of(List<String> values) {
        Map<String, byte[]> digests = new HashMap<>();
        try {
            for (Map.Entry<String, Member> member :
                    StructuredFields.dictionary(values).entrySet()) {
                String algorithm = ALGORITHMS.get(member.getKey());
                if (algorithm != null) {
                    if (!(member.getValue() instanceof Item(BareItem.Bytes octets, var _))) {
                        return null;
                    }
                    digests.put(algorithm, octets.toArray());
                }
            }
        } catch (MalformedFieldException malformed) {
            return null;
        }
        return digests.isEmpty() ? null : new ContentDigest(digests);
    }

    /** Returns whether all digests match the body. The time is linear in the length of the body. */
    public boolean fits(Buffer body) {
        byte[] octets = body.getBytes();
        return byAlgorithm.entrySet().stream()
                .allMatch(digest ->
                        MessageDigest.isEqual(newDigest(digest.getKey()).digest(octets), digest.getValue()));
    }

    private static MessageDigest newDigest(String algorithm) {
        try {
            return MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("every JDK has " + algorithm, missing);
        }
    }
}
