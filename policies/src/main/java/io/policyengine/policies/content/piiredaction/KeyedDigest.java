package io.policyengine.policies.content.piiredaction;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.text.Normalizer;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Keyed digests of values (HMAC-SHA-256, RFC 2104). Without the key, a digest does not reveal the value. Immutable. */
final class KeyedDigest {
    private static final String ALGORITHM = "HmacSHA256";
    private static final int HEX_OCTETS = 8;

    private final SecretKeySpec key;

    /** Creates digests with a key, which must not be empty. */
    KeyedDigest(String key) {
        this.key = new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), ALGORITHM);
    }

    /**
     * Returns the first 64 bits of the digest of a label and a value, in hexadecimal digits. Normalizes the value to
     * NFKC.
     */
    String hex(String label, String value) {
        byte[] digest = digest(label, Normalizer.normalize(value, Normalizer.Form.NFKC));
        return HexFormat.of().formatHex(digest, 0, HEX_OCTETS);
    }

    /** Returns the first 64 bits of the digest of a label and a value. Does not normalize the value. */
    long number(String label, String value) {
        return ByteBuffer.wrap(digest(label, value)).getLong();
    }

    private byte[] digest(String label, String value) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return mac.doFinal((label + '\0' + value).getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException("every Java has HMAC-SHA-256", e);
        }
    }
}
