package io.policyengine.core.sink.chain;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;

/** The public Ed25519 key that verifies checkpoints. */
public final class TrailKey {
    private final PublicKey key;

    private TrailKey(PublicKey key) {
        this.key = key;
    }

    /**
     * Parses a key.
     *
     * @param pem as {@code openssl pkey -pubout} writes it
     * @throws IllegalArgumentException if the key is invalid
     */
    public static TrailKey parse(String pem) {
        try {
            return new TrailKey(KeyFactory.getInstance("Ed25519")
                    .generatePublic(new X509EncodedKeySpec(Pem.decode("PUBLIC KEY", pem))));
        } catch (GeneralSecurityException | IllegalArgumentException malformed) {
            throw new IllegalArgumentException("not a public Ed25519 key: PEM with BEGIN PUBLIC KEY is expected, as "
                    + "'openssl pkey -pubout' writes it");
        }
    }

    /** Returns whether the signature of the message was made with the matching private key. */
    boolean hasSigned(byte[] message, String signature) {
        try {
            Signature check = Signature.getInstance("Ed25519");
            check.initVerify(key);
            check.update(message);
            return check.verify(Base64.getDecoder().decode(signature));
        } catch (GeneralSecurityException | IllegalArgumentException malformed) {
            return false;
        }
    }
}
