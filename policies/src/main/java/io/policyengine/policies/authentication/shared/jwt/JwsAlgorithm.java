package io.policyengine.policies.authentication.shared.jwt;

import com.nimbusds.jose.JWSAlgorithm;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Signature algorithms (RFC 7518 §3.1, RFC 8037 §3.1, RFC 9864 §2.2). There is no {@code none}. */
public enum JwsAlgorithm {
    /** RSASSA-PKCS1-v1_5 with SHA-256. */
    RS256(JWSAlgorithm.RS256, KeyFamily.RSA),
    /** RSASSA-PKCS1-v1_5 with SHA-384. */
    RS384(JWSAlgorithm.RS384, KeyFamily.RSA),
    /** RSASSA-PKCS1-v1_5 with SHA-512. */
    RS512(JWSAlgorithm.RS512, KeyFamily.RSA),
    /** RSASSA-PSS with SHA-256. */
    PS256(JWSAlgorithm.PS256, KeyFamily.RSA),
    /** RSASSA-PSS with SHA-384. */
    PS384(JWSAlgorithm.PS384, KeyFamily.RSA),
    /** RSASSA-PSS with SHA-512. */
    PS512(JWSAlgorithm.PS512, KeyFamily.RSA),
    /** ECDSA on P-256 with SHA-256. */
    ES256(JWSAlgorithm.ES256, KeyFamily.P256),
    /** ECDSA on P-384 with SHA-384. */
    ES384(JWSAlgorithm.ES384, KeyFamily.P384),
    /** ECDSA on P-521 with SHA-512. */
    ES512(JWSAlgorithm.ES512, KeyFamily.P521),
    /** EdDSA on the curve of the key. */
    EDDSA(JWSAlgorithm.EdDSA, KeyFamily.ED25519, KeyFamily.ED448),
    /** EdDSA on edwards25519. */
    ED25519(JWSAlgorithm.Ed25519, KeyFamily.ED25519),
    /** EdDSA on edwards448. */
    ED448(JWSAlgorithm.Ed448, KeyFamily.ED448),
    /** HMAC with SHA-256. */
    HS256(JWSAlgorithm.HS256, 32),
    /** HMAC with SHA-384. */
    HS384(JWSAlgorithm.HS384, 48),
    /** HMAC with SHA-512. */
    HS512(JWSAlgorithm.HS512, 64);

    private final String text;
    private final KeyFamily family;
    private final KeyFamily otherFamily;
    private final int secretBytes;

    JwsAlgorithm(JWSAlgorithm algorithm, KeyFamily family) {
        this(algorithm, family, family, 0);
    }

    JwsAlgorithm(JWSAlgorithm algorithm, KeyFamily family, KeyFamily otherFamily) {
        this(algorithm, family, otherFamily, 0);
    }

    JwsAlgorithm(JWSAlgorithm algorithm, int secretBytes) {
        this(algorithm, KeyFamily.SECRET, KeyFamily.SECRET, secretBytes);
    }

    JwsAlgorithm(JWSAlgorithm algorithm, KeyFamily family, KeyFamily otherFamily, int secretBytes) {
        this.text = algorithm.getName();
        this.family = family;
        this.otherFamily = otherFamily;
        this.secretBytes = secretBytes;
    }

    /** Returns the algorithm with this case-sensitive name, or null. */
    public static @Nullable JwsAlgorithm of(String name) {
        for (JwsAlgorithm algorithm : values()) {
            if (algorithm.text.equals(name)) {
                return algorithm;
            }
        }
        return null;
    }

    /** The names of all algorithms, for users. */
    public static String names() {
        return Arrays.stream(values()).map(JwsAlgorithm::text).collect(Collectors.joining(", "));
    }

    /** The name as it stands in tokens and keys. */
    public String text() {
        return text;
    }

    /** True if keys of this family may be used with it. */
    public boolean takes(KeyFamily key) {
        return key == family || key == otherFamily;
    }

    /** True if it needs a secret. */
    public boolean isSymmetric() {
        return family == KeyFamily.SECRET;
    }

    /** The least length of a secret, in bytes (RFC 7518 §3.2). */
    public int secretBytes() {
        return secretBytes;
    }
}
