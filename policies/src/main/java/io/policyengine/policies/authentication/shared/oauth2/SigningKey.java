package io.policyengine.policies.authentication.shared.oauth2;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.RSAKey;
import io.policyengine.core.policy.PolicyEnvironment.FileParser;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.RSAPrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.text.ParseException;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A private key that signs assertions.
 *
 * @param id {@code kid}, or null
 */
record SigningKey(
        JWSSigner signer, JWSAlgorithm algorithm, @Nullable String id) {
    private static final String BEGIN = "-----BEGIN PRIVATE KEY-----";
    private static final String END = "-----END PRIVATE KEY-----";
    private static final int MIN_RSA_BITS = 2_048;

    /**
     * Parses a key file.
     *
     * @param rsa the signature algorithm for RSA keys
     */
    record Parser(String rsa) implements FileParser<SigningKey> {
        @Override
        public SigningKey parse(String text) {
            try {
                return text.strip().startsWith("{") ? ofJwk(text) : of(pem(text), null);
            } catch (JOSEException | ParseException | GeneralSecurityException malformed) {
                throw new IllegalArgumentException(
                        "the key must be a private key for RSA or an elliptic curve", malformed);
            }
        }

        private SigningKey ofJwk(String text) throws JOSEException, ParseException {
            return switch (JWK.parse(text)) {
                case RSAKey key when key.isPrivate() -> of(key.toRSAPrivateKey(), key.getKeyID());
                case ECKey key when key.isPrivate() -> of(key.toECPrivateKey(), key.getKeyID());
                default -> throw new IllegalArgumentException("a private key for RSA or an elliptic curve is expected");
            };
        }

        private SigningKey of(PrivateKey key, @Nullable String id) throws JOSEException {
            return switch (key) {
                case RSAPrivateKey ofRsa -> {
                    if (ofRsa.getModulus().bitLength() < MIN_RSA_BITS) {
                        throw new IllegalArgumentException("an RSA key must have at least " + MIN_RSA_BITS + " bits");
                    }
                    yield new SigningKey(new RSASSASigner(ofRsa), JWSAlgorithm.parse(rsa), id);
                }
                case ECPrivateKey ofCurve -> {
                    ECDSASigner signer = new ECDSASigner(ofCurve);
                    yield new SigningKey(
                            signer, signer.supportedJWSAlgorithms().iterator().next(), id);
                }
                default -> throw new IllegalArgumentException("a private key for RSA or an elliptic curve is expected");
            };
        }

        private static PrivateKey pem(String text) throws GeneralSecurityException {
            int begin = text.indexOf(BEGIN);
            int end = text.indexOf(END);
            if (begin < 0 || end < begin) {
                throw new IllegalArgumentException(
                        "the file has no key: a JWK, or PEM with BEGIN PRIVATE KEY, is " + "expected");
            }
            byte[] octets = Base64.getMimeDecoder().decode(text.substring(begin + BEGIN.length(), end));
            GeneralSecurityException last = new GeneralSecurityException("no algorithm");
            for (String algorithm : List.of("RSA", "EC")) {
                try {
                    return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(octets));
                } catch (GeneralSecurityException other) {
                    last = other;
                }
            }
            throw last;
        }
    }

    /** Returns a text that reveals nothing of the key. */
    @Override
    public String toString() {
        return "SigningKey[" + algorithm + "]";
    }
}
