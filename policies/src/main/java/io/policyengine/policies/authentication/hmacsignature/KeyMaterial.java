package io.policyengine.policies.authentication.hmacsignature;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.jwk.RSAKey;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.EdECPoint;
import java.security.spec.EdECPublicKeySpec;
import java.security.spec.NamedParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.text.ParseException;
import java.util.Base64;
import java.util.List;
import javax.crypto.spec.SecretKeySpec;

/** Parses keys from their configured forms. Messages never quote a key. */
final class KeyMaterial {
    private static final String BEGIN = "-----BEGIN PUBLIC KEY-----";
    private static final String END = "-----END PUBLIC KEY-----";
    private static final int ED25519_OCTETS = 32;
    private static final int MIN_RSA_BITS = 2048;

    /** Maximum size of the modulus of an RSA key, in bits. */
    private static final int MAX_RSA_BITS = 8192;

    /** Maximum size of the public exponent of an RSA key, in bits. */
    private static final int MAX_EXPONENT_BITS = 33;

    private KeyMaterial() {}

    /** Returns the HMAC key of a secret, which must have at least one octet. */
    static Key secret(byte[] octets) {
        if (octets.length == 0) {
            throw new IllegalArgumentException("an empty secret");
        }
        return new SecretKeySpec(octets, "HmacSHA256");
    }

    static Key secretOfBase64(String text) {
        try {
            return secret(Base64.getDecoder().decode(text.strip()));
        } catch (IllegalArgumentException wrong) {
            throw new IllegalArgumentException("a secret of at least one octet, in Base64, is expected");
        }
    }

    /** Parses a public key in PEM (RFC 7468 §13). */
    static Key ofPem(String pem) {
        String text = pem.strip();
        if (!text.startsWith(BEGIN) || !text.endsWith(END)) {
            throw new IllegalArgumentException("a public key in PEM is expected, which begins with " + BEGIN);
        }
        byte[] der;
        try {
            der = Base64.getMimeDecoder().decode(text.substring(BEGIN.length(), text.length() - END.length()));
        } catch (IllegalArgumentException notBase64) {
            throw new IllegalArgumentException("the public key in PEM has damaged Base64");
        }
        for (String kind : List.of("Ed25519", "EC", "RSA")) {
            try {
                return usable(KeyFactory.getInstance(kind).generatePublic(new X509EncodedKeySpec(der)));
            } catch (GeneralSecurityException other) {
                // The encoding names the kind of key, so the factories of other kinds refuse it.
            }
        }
        throw new IllegalArgumentException("the public key is damaged, or is not an RSA, EC or Ed25519 key");
    }

    /** Parses a JSON Web Key (RFC 7517): a public key, or a secret. */
    static JWK jwk(String json) {
        try {
            JWK jwk = JWK.parse(json);
            if (jwk.isPrivate() && !(jwk instanceof OctetSequenceKey)) {
                throw new IllegalArgumentException("a private key must not be configured here: give the public key");
            }
            return jwk;
        } catch (ParseException malformed) {
            throw new IllegalArgumentException("not a JSON Web Key");
        }
    }

    static Key of(JWK jwk) {
        try {
            return switch (jwk) {
                case RSAKey rsa -> usable(rsa.toRSAPublicKey());
                case ECKey ec -> usable(ec.toECPublicKey());
                case OctetKeyPair pair -> ed25519(pair);
                case OctetSequenceKey octets -> secret(octets.toByteArray());
                default -> throw new IllegalArgumentException("the JSON Web Key has an unknown kind");
            };
        } catch (JOSEException | GeneralSecurityException damaged) {
            throw new IllegalArgumentException("the JSON Web Key is damaged");
        }
    }

    /**
     * Decodes an Ed25519 public key (RFC 8037 §2): its octets are little-endian, with the sign of x in the highest bit.
     */
    private static Key ed25519(OctetKeyPair pair) throws GeneralSecurityException {
        byte[] octets = pair.getDecodedX();
        if (!pair.getCurve().getName().equals("Ed25519") || octets.length != ED25519_OCTETS) {
            throw new IllegalArgumentException("the octet key pair is not an Ed25519 key");
        }
        byte[] highestFirst = new byte[octets.length];
        for (int i = 0; i < octets.length; i++) {
            highestFirst[octets.length - 1 - i] = octets[i];
        }
        boolean isOdd = highestFirst[0] < 0;
        highestFirst[0] &= 0x7F;
        EdECPoint point = new EdECPoint(isOdd, new BigInteger(1, highestFirst));
        return KeyFactory.getInstance("Ed25519")
                .generatePublic(new EdECPublicKeySpec(NamedParameterSpec.ED25519, point));
    }

    private static Key usable(Key key) {
        if (key instanceof RSAPublicKey rsa) {
            int bits = rsa.getModulus().bitLength();
            if (bits < MIN_RSA_BITS
                    || bits > MAX_RSA_BITS
                    || rsa.getPublicExponent().bitLength() > MAX_EXPONENT_BITS) {
                throw new IllegalArgumentException(
                        "an RSA key must have " + MIN_RSA_BITS + " to " + MAX_RSA_BITS + " bits, and a short exponent");
            }
        }
        return key;
    }
}
