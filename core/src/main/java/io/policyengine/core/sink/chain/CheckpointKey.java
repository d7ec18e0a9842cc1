package io.policyengine.core.sink.chain;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** The Ed25519 key (RFC 8032) that signs checkpoints. Two keys are equal if their private keys are equal. */
public final class CheckpointKey {
    private static final String LABEL = "PRIVATE KEY";

    private final PrivateKey key;

    private CheckpointKey(PrivateKey key) {
        this.key = key;
    }

    /**
     * Parses a key.
     *
     * @param pem PKCS #8, as {@code openssl genpkey -algorithm ed25519} writes it
     * @throws IllegalArgumentException if the key is invalid; the message reveals nothing about the key
     */
    public static CheckpointKey parse(String pem) {
        try {
            return new CheckpointKey(
                    KeyFactory.getInstance("Ed25519").generatePrivate(new PKCS8EncodedKeySpec(Pem.decode(LABEL, pem))));
        } catch (GeneralSecurityException | IllegalArgumentException malformed) {
            // The cause may quote the key.
            throw new IllegalArgumentException("not an Ed25519 key: PEM with BEGIN PRIVATE KEY is expected, as "
                    + "'openssl genpkey -algorithm ed25519' writes it");
        }
    }

    /** Returns the signature of a message, in Base64. */
    String sign(byte[] message) {
        try {
            Signature signature = Signature.getInstance("Ed25519");
            signature.initSign(key);
            signature.update(message);
            return Base64.getEncoder().encodeToString(signature.sign());
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("the Ed25519 key was read, but cannot sign", impossible);
        }
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof CheckpointKey same && MessageDigest.isEqual(key.getEncoded(), same.key.getEncoded());
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(key.getEncoded());
    }

    /** Returns a text that reveals nothing about the key. */
    @Override
    public String toString() {
        return "CheckpointKey";
    }
}
