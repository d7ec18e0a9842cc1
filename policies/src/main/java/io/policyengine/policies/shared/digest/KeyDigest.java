package io.policyengine.policies.shared.digest;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.Octets;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;

/**
 * A SHA-256 digest of a list of texts. Each text is preceded by its length, so that different lists never yield the
 * same digest input.
 */
public final class KeyDigest {
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    private final MessageDigest digest = newDigest();

    public KeyDigest add(String octets) {
        byte[] bytes = Octets.toBytes(octets);
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).flip());
        digest.update(bytes);
        return this;
    }

    /** Adds the names and values of the given header fields. Absent fields add nothing. Names are in lower case. */
    public KeyDigest addFields(List<String> names, HeaderMap headers) {
        for (String name : names) {
            if (headers.contains(name)) {
                add(name).add(String.join(",", headers.getAll(name)));
            }
        }
        return add("");
    }

    /** Returns the digest as 43 characters. The object must not be used afterwards. */
    public String text() {
        return BASE64.encodeToString(digest.digest());
    }

    private static MessageDigest newDigest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("every JDK has SHA-256", missing);
        }
    }
}
