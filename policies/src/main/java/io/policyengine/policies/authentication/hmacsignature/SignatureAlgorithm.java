package io.policyengine.policies.authentication.hmacsignature;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.policyengine.core.params.Doc;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import javax.crypto.Mac;
import javax.crypto.SecretKey;

/** The accepted algorithms of RFC 9421 §3.3. The key alone determines the algorithm; the request cannot choose it. */
@Doc("Algorithm of a signature. If absent, the kind of the key determines it.")
enum SignatureAlgorithm {
    @JsonProperty("hmac-sha256")
    HMAC_SHA256("hmac-sha256"),
    /** ECDSA. The signature consists of r and s, 32 octets each (RFC 9421 §3.3.4). */
    @JsonProperty("ecdsa-p256-sha256")
    ECDSA_P256_SHA256("ecdsa-p256-sha256"),
    @JsonProperty("ed25519")
    ED25519("ed25519"),
    @JsonProperty("rsa-pss-sha512")
    RSA_PSS_SHA512("rsa-pss-sha512");

    private static final int P256_BITS = 256;
    private static final PSSParameterSpec PSS =
            new PSSParameterSpec("SHA-512", "MGF1", MGF1ParameterSpec.SHA512, 64, 1);

    private final String code;

    SignatureAlgorithm(String code) {
        this.code = code;
    }

    /** Returns the algorithm's name in the IANA registry of RFC 9421. */
    String code() {
        return code;
    }

    /**
     * Returns the algorithm for a key.
     *
     * @throws IllegalArgumentException if no algorithm accepts this kind of key
     */
    static SignatureAlgorithm of(Key key) {
        return switch (key) {
            case SecretKey _ -> HMAC_SHA256;
            case ECPublicKey ec when ec.getParams().getOrder().bitLength() == P256_BITS -> ECDSA_P256_SHA256;
            case EdECPublicKey ed when ed.getParams().getName().equals("Ed25519") -> ED25519;
            case RSAPublicKey _ -> RSA_PSS_SHA512;
            default ->
                throw new IllegalArgumentException(
                        "no algorithm for this kind of key: RSA, EC on P-256, Ed25519 or a secret is expected");
        };
    }

    boolean verifies(Key key, byte[] base, byte[] signature) {
        try {
            return switch (this) {
                case HMAC_SHA256 -> MessageDigest.isEqual(mac(key, base), signature);
                case ECDSA_P256_SHA256 ->
                    verifies(Signature.getInstance("SHA256withECDSAinP1363Format"), key, base, signature);
                case ED25519 -> verifies(Signature.getInstance("Ed25519"), key, base, signature);
                case RSA_PSS_SHA512 -> {
                    Signature pss = Signature.getInstance("RSASSA-PSS");
                    pss.setParameter(PSS);
                    yield verifies(pss, key, base, signature);
                }
            };
        } catch (GeneralSecurityException unusable) {
            throw new IllegalStateException("every JDK has " + code, unusable);
        }
    }

    private static byte[] mac(Key key, byte[] base) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(key);
        return mac.doFinal(base);
    }

    private static boolean verifies(Signature verifier, Key key, byte[] base, byte[] signature)
            throws GeneralSecurityException {
        verifier.initVerify((PublicKey) key);
        verifier.update(base);
        try {
            return verifier.verify(signature);
        } catch (SignatureException malformed) {
            return false;
        }
    }
}
