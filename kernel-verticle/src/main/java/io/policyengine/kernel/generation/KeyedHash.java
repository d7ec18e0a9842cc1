package io.policyengine.kernel.generation;

import io.policyengine.core.config.files.ConfTexts;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The hash function for all hash values that the engine shows: HMAC-SHA-256 with a random key (RFC 2104), so that a
 * hash does not help to guess secrets. Hashes with the same key are comparable. Thread-safe.
 */
public final class KeyedHash {
    /** The number of bytes of a key. */
    public static final int KEY_LENGTH = 32;

    private static final String ALGORITHM = "HmacSHA256";
    private static final int ETAG_LENGTH = 16;
    private static final KeyedHash OF_PROCESS = new KeyedHash(newKey());

    private final SecretKeySpec key;

    /** Creates a hash function with a key of {@value #KEY_LENGTH} random bytes. */
    public KeyedHash(byte[] key) {
        this.key = new SecretKeySpec(key, ALGORITHM);
    }

    /** Returns a hash function with a random key that is lost with this process. */
    public static KeyedHash ofProcess() {
        return OF_PROCESS;
    }

    public static byte[] newKey() {
        byte[] key = new byte[KEY_LENGTH];
        new SecureRandom().nextBytes(key);
        return key;
    }

    /** Returns a copy of the key, which the caller must keep secret. */
    public byte[] key() {
        return key.getEncoded();
    }

    /** Returns the hash of a configuration, in hexadecimal. */
    public String of(ConfTexts texts) {
        return ofPlain(texts.hash());
    }

    /** Returns the keyed hash of an unkeyed hash that {@link ConfTexts#hash} returned. */
    public String ofPlain(String hash) {
        return HexFormat.of().formatHex(hash("configuration", hash));
    }

    /** Returns the ETag of a text, with its quotes (RFC 9110 §8.8.3). */
    public String etag(String text) {
        return '"' + HexFormat.of().formatHex(hash("etag", text), 0, ETAG_LENGTH) + '"';
    }

    private byte[] hash(String purpose, String text) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            mac.update((purpose + '\0').getBytes(StandardCharsets.UTF_8));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JVM has " + ALGORITHM, e);
        }
    }
}
